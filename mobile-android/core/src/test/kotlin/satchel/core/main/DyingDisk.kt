package satchel.core.main

import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import satchel.core.platform.Disk

/** A disk on which this process dies, as by `kill -9`, within a write. */
class DyingDisk : Disk() {
    @Volatile
    private var left = 0

    /** Dies within the write of that number from now on. */
    fun dieAfter(writes: Int) {
        left = writes
    }

    override fun write(channel: FileChannel, bytes: ByteBuffer) {
        if (left > 0) {
            left -= 1
            if (left == 0) {
                super.write(channel, bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2))
                die()
            }
        }
        super.write(channel, bytes)
    }

    private fun die(): Nothing {
        ProcessBuilder("kill", "-9", ProcessHandle.current().pid().toString()).start().waitFor()
        while (true) Thread.sleep(1000)
    }
}
