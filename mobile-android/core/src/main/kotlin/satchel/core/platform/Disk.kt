package satchel.core.platform

import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
import java.nio.file.StandardOpenOption.READ

/** The steps of which every write of [FileStorage] consists; tests fail or die between and within them. */
open class Disk {
    open fun write(channel: FileChannel, bytes: ByteBuffer) {
        while (bytes.hasRemaining()) channel.write(bytes)
    }

    /** What was written is on the disk, not on its way there. */
    open fun sync(channel: FileChannel) = channel.force(true)

    open fun rename(from: Path, to: Path) {
        Files.move(from, to, ATOMIC_MOVE, REPLACE_EXISTING)
    }

    /** The names in a folder are on the disk. */
    open fun syncFolder(folder: Path) = FileChannel.open(folder, READ).use { it.force(true) }
}
