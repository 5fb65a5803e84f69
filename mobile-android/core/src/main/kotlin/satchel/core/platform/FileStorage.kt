package satchel.core.platform

import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.OpenOption
import java.nio.file.Path
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.TRUNCATE_EXISTING
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.ConcurrentHashMap
import satchel.core.Changes
import satchel.core.Entry
import satchel.core.Put

/**
 * A vault's folder: one file of transactions, each appended and synced before it counts, and a lock that is held from open to close.
 *
 * A transaction that was cut short stands at the end of the file and is cut off when it is opened: the state before. When most of the file is
 * outdated, what is left is written to a second file, synced, and renamed over the first. Anything else that cannot be read is damage and is
 * refused, never passed over.
 */
class FileStorage private constructor(
    private val folder: Path,
    private val disk: Disk,
    private val lock: AutoCloseable,
) : Storage {
    private class Place(
        val offset: Long,
        val length: Int,
    )

    private val places = LinkedHashMap<String, Place>()
    private var file = openFile(folder.resolve(FILE), CREATE, READ, WRITE)
    private var end = 0L
    private var live = 0L

    override var generation: ULong = 0uL
        private set

    @Synchronized
    override fun index() = load(places.keys.filter(::isIndex))

    @Synchronized
    override fun load(keys: List<String>) =
        keys.map { key -> Entry(key, places[key]?.let { place -> guarded { read(file, place.offset, place.length) } }) }

    @Synchronized
    override fun store(changes: Changes) {
        if (changes.generation != generation + 1uL) {
            throw StorageException("vault.conflict", "generation ${changes.generation} over $generation")
        }
        append(changes.generation, changes.puts, changes.deletes)
    }

    @Synchronized
    override fun replace(put: Put) = append(generation, listOf(put), emptyList())

    @Synchronized
    override fun close() {
        file.close()
        lock.close()
    }

    private fun append(next: ULong, puts: List<Put>, deletes: List<String>) = guarded {
        val frame = Frame.write(next, puts, deletes)
        val before = end
        try {
            file.position(before)
            disk.write(file, frame.duplicate())
            disk.sync(file)
        } catch (error: IOException) {
            // Half a transaction must not stand before the next one.
            runCatching { file.truncate(before) }
            throw error
        }
        take(Frame.head(frame)!!, frame.array().copyOfRange(Frame.HEAD, frame.array().size))
        if (end > ROOM && end > 4 * live) {
            // What was stored is stored; a disk too full to tidy up is no reason to say otherwise.
            runCatching { compact() }
        }
    }

    /** Counts a frame that stands at the end. */
    private fun take(head: Frame.Head, body: ByteArray) {
        val start = end + Frame.HEAD
        Frame.read(
            body,
            put = { key, offset, length ->
                forget(key)
                places[key] = Place(start + offset, length)
                live += length
            },
            delete = ::forget,
        )
        generation = head.generation
        end = start + body.size
    }

    private fun forget(key: String) {
        places.remove(key)?.let { live -= it.length }
    }

    /** Reads the file from its beginning. */
    private fun replay() = guarded {
        val size = file.size()
        while (end < size) {
            val head = if (size - end < Frame.HEAD) null else Frame.head(ByteBuffer.wrap(read(file, end, Frame.HEAD)))
            val whole = head != null && size - end - Frame.HEAD >= head.length
            val body = if (whole) read(file, end + Frame.HEAD, head.length) else null
            if (body != null && Frame.holds(head!!, body)) {
                take(head, body)
            } else if (isTorn(size, head)) {
                file.truncate(end)
                disk.sync(file)
                return@guarded
            } else {
                throw StorageException("cli.store", "damaged at byte $end")
            }
        }
    }

    /** Whether what stands at the end is one write that was cut short: it reaches to the end of the file, and nothing whole follows. */
    private fun isTorn(size: Long, head: Frame.Head?): Boolean {
        if (head != null) return end + Frame.HEAD + head.length >= size
        val left = size - end
        return left < Frame.HEAD || left <= Int.MAX_VALUE && !Frame.headIn(read(file, end, left.toInt()))
    }

    private fun compact() {
        val fresh = folder.resolve(FRESH)
        val puts = places.map { (key, place) -> Put(key, read(file, place.offset, place.length)) }
        val frame = Frame.write(generation, puts, emptyList())
        val tidied = openFile(fresh, CREATE, TRUNCATE_EXISTING, READ, WRITE)
        try {
            disk.write(tidied, frame.duplicate())
            disk.sync(tidied)
            disk.rename(fresh, folder.resolve(FILE))
        } catch (error: IOException) {
            tidied.close()
            throw error
        }
        file.close()
        file = tidied
        places.clear()
        end = 0
        live = 0
        take(Frame.head(frame)!!, frame.array().copyOfRange(Frame.HEAD, frame.array().size))
        disk.syncFolder(folder)
    }

    companion object {
        private const val FILE = "vault.log"
        private const val FRESH = "vault.new"
        private const val LOCK = "lock"

        /** Below this size nothing is tidied up. */
        private const val ROOM = 1L shl 20

        fun exists(folder: Path): Boolean {
            val file = folder.resolve(FILE)
            return Files.exists(file) && Files.size(file) > 0
        }

        /** An empty folder for a new vault. Fails with `cli.exists`, `cli.locked`, `cli.store`. */
        fun create(folder: Path, disk: Disk = Disk()): FileStorage {
            if (exists(folder)) throw StorageException("cli.exists", "there is a vault already")
            return guarded {
                Files.createDirectories(folder)
                ownerOnly(folder, "rwx------")
                begin(folder, disk).also { disk.syncFolder(folder) }
            }
        }

        /** The folder of a vault. Fails with `cli.no_vault`, `cli.locked`, `cli.store`. */
        fun open(folder: Path, disk: Disk = Disk()): FileStorage {
            if (!exists(folder)) throw StorageException("cli.no_vault", "there is no vault")
            return guarded { begin(folder, disk) }
        }

        private fun begin(folder: Path, disk: Disk): FileStorage {
            val lock = lock(folder)
            try {
                Files.deleteIfExists(folder.resolve(FRESH))
                return FileStorage(folder, disk, lock).also { it.replay() }
            } catch (error: Exception) {
                lock.close()
                throw error
            }
        }

        /**
         * The system's lock is the process's: closing any other handle of the file would let go of it. So the file of a vault that is open in
         * this process is not touched again.
         */
        private fun lock(folder: Path): Lock {
            val path = folder.toRealPath()
            if (!held.add(path)) throw locked()
            var channel: FileChannel? = null
            try {
                channel = openFile(folder.resolve(LOCK), CREATE, WRITE)
                if (channel.tryLock() == null) throw locked()
                return Lock(path, channel)
            } catch (error: Exception) {
                channel?.close()
                held.remove(path)
                throw error
            }
        }

        private class Lock(
            private val path: Path,
            private val channel: FileChannel,
        ) : AutoCloseable {
            override fun close() {
                channel.close()
                held.remove(path)
            }
        }

        private fun locked() = StorageException("cli.locked", "the vault is open elsewhere")

        /** Folders of vaults that are open in this process. */
        private val held: MutableSet<Path> = ConcurrentHashMap.newKeySet()

        private fun openFile(path: Path, vararg options: OpenOption): FileChannel {
            val fresh = !Files.exists(path)
            val channel = FileChannel.open(path, *options)
            if (fresh) ownerOnly(path, "rw-------")
            return channel
        }

        private fun ownerOnly(path: Path, permissions: String) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions))
        }

        private fun read(file: FileChannel, offset: Long, length: Int): ByteArray {
            val bytes = ByteBuffer.allocate(length)
            while (bytes.hasRemaining()) {
                if (file.read(bytes, offset + bytes.position()) < 0) throw IOException("the file ends early")
            }
            return bytes.array()
        }

        /** Gives what the system says the code of a storage. */
        private fun <T> guarded(work: () -> T): T = try {
            work()
        } catch (error: IOException) {
            val full = error.message?.contains("No space left") == true
            throw StorageException(if (full) "cli.disk_full" else "cli.store", "${error.message}")
        } catch (error: IllegalArgumentException) {
            throw StorageException("cli.store", "${error.message}")
        }
    }
}
