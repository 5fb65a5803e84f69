package satchel.core

import java.io.IOException
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import kotlin.random.Random
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import satchel.core.platform.Disk
import satchel.core.platform.FileStorage
import satchel.core.platform.Storage
import satchel.core.platform.StorageException
import satchel.core.support.Group
import satchel.core.support.childOf
import satchel.core.support.failure
import satchel.core.support.scratch

private fun changes(generation: Int, puts: Map<String, ByteArray>, deletes: List<String> = emptyList()) =
    Changes(generation.toULong(), puts.map { Put(it.key, it.value) }, deletes, null, emptyList())

private fun Storage.value(key: String) = load(listOf(key)).single().value

private suspend fun refused(code: String, work: suspend () -> Unit) =
    assertEquals(code, failure<StorageException> { work() }.code)

/** Fails or stops at a step. */
private class FragileDisk : Disk() {
    var step = -1
    var error: Exception = IOException("broken")
    var half = false

    private fun next(): Boolean {
        if (step < 0) return false
        step -= 1
        return step < 0
    }

    override fun write(channel: FileChannel, bytes: ByteBuffer) {
        if (next()) {
            if (half) super.write(channel, bytes.duplicate().limit(bytes.position() + bytes.remaining() / 2))
            throw error
        }
        super.write(channel, bytes)
    }

    override fun sync(channel: FileChannel) = if (next()) throw error else super.sync(channel)

    override fun rename(from: Path, to: Path) = if (next()) throw error else super.rename(from, to)

    override fun syncFolder(folder: Path) = if (next()) throw error else super.syncFolder(folder)
}

/** What was left on the disk when the process was gone: nothing was tidied up. */
private fun copyOf(folder: Path): Path = scratch().also { to ->
    Files.list(folder).use { files -> files.forEach { Files.copy(it, to.resolve(it.fileName)) } }
}

private val big = ByteArray(300_000) { 7 }

val storageTests = Group("storage") {
    test("what was stored is there again, and only header and index are given to open") {
        val folder = scratch().resolve("vault")
        FileStorage.create(folder).use {
            it.store(changes(1, mapOf("h" to byteArrayOf(1), "i-a" to byteArrayOf(2), "d-b" to byteArrayOf(3))))
            it.store(changes(2, mapOf("d-b" to byteArrayOf(4)), listOf("i-a")))
            it.replace(Put("h", byteArrayOf(9)))
        }
        FileStorage.open(folder).use {
            assertEquals(2uL, it.generation)
            assertEquals(listOf("h"), it.index().map { entry -> entry.key })
            assertContentEquals(byteArrayOf(9), it.value("h"))
            assertContentEquals(byteArrayOf(4), it.value("d-b"))
            assertNull(it.value("i-a"))
        }
    }

    test("a change goes only over the generation before it") {
        FileStorage.create(scratch().resolve("vault")).use {
            it.store(changes(1, mapOf("h" to byteArrayOf(1))))
            for (wrong in listOf(1, 3, 0)) {
                refused("vault.conflict") { it.store(changes(wrong, mapOf("h" to byteArrayOf(2)))) }
            }
            assertContentEquals(byteArrayOf(1), it.value("h"))
            assertEquals(1uL, it.generation)
        }
    }

    test("one writer at a time, in this process and in others") {
        val folder = scratch().resolve("vault")
        refused("cli.no_vault") { FileStorage.open(folder) }
        FileStorage.create(folder).use {
            it.store(changes(1, mapOf("h" to byteArrayOf(1))))
            refused("cli.locked") { FileStorage.open(folder) }
            val child = childOf("satchel.core.main.StoreMain", folder.toString(), "try").start()
            assertEquals("cli.locked", child.inputStream.bufferedReader().readLine())
            child.waitFor()
        }
        refused("cli.exists") { FileStorage.create(folder) }
        FileStorage.open(folder).close()
    }

    test("folder and files are their owner's alone") {
        val folder = scratch().resolve("vault")
        FileStorage.create(folder).use { it.store(changes(1, mapOf("h" to byteArrayOf(1)))) }
        val permissions = { path: Path -> PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) }
        assertEquals("rwx------", permissions(folder))
        Files.list(folder).use { files -> files.forEach { assertEquals("rw-------", permissions(it)) } }
    }

    test("cut at any byte of the last transaction: the state before it, never a mix") {
        val folder = scratch().resolve("vault")
        val file = folder.resolve("vault.log")
        FileStorage.create(folder).use { it.store(changes(1, mapOf("i-a" to byteArrayOf(1), "i-b" to byteArrayOf(1)))) }
        val before = Files.size(file)
        FileStorage.open(folder).use { it.store(changes(2, mapOf("i-a" to byteArrayOf(2), "i-b" to byteArrayOf(2)))) }
        val whole = Files.readAllBytes(file)
        for (length in before until whole.size) {
            val cut = scratch()
            Files.write(cut.resolve("vault.log"), whole.copyOf(length.toInt()))
            FileStorage.open(cut).use {
                assertEquals(1uL, it.generation, "cut at $length")
                assertContentEquals(it.value("i-a"), it.value("i-b"))
                it.store(changes(2, mapOf("i-a" to byteArrayOf(3), "i-b" to byteArrayOf(3))))
            }
            FileStorage.open(cut).use { assertContentEquals(byteArrayOf(3), it.value("i-b")) }
        }
        // The length arrived on the disk, the bytes did not.
        val zeros = scratch()
        Files.write(zeros.resolve("vault.log"), whole.copyOf(before.toInt()) + ByteArray(whole.size - before.toInt()))
        FileStorage.open(zeros).use { assertEquals(1uL, it.generation) }
    }

    test("damage before the last transaction is refused, wherever it is") {
        val folder = scratch().resolve("vault")
        FileStorage.create(folder).use {
            for (generation in 1..3) it.store(changes(generation, mapOf("i-a" to ByteArray(20) { generation.toByte() })))
        }
        val whole = Files.readAllBytes(folder.resolve("vault.log"))
        for (place in 0 until whole.size * 2 / 3) {
            val damaged = scratch()
            Files.write(damaged.resolve("vault.log"), whole.copyOf().also { it[place] = (it[place].toInt() xor 1).toByte() })
            refused("cli.store") { FileStorage.open(damaged).close() }
        }
    }

    test("a disk that fails or is full leaves the state before, and the next change is taken") {
        for ((error, code) in listOf(IOException("broken") to "cli.store", IOException("No space left on device") to "cli.disk_full")) {
            for (step in 0..1) {
                val disk = FragileDisk()
                val folder = scratch().resolve("vault")
                FileStorage.create(folder, disk).use {
                    it.store(changes(1, mapOf("h" to byteArrayOf(1))))
                    disk.error = error
                    disk.half = true
                    disk.step = step
                    refused(code) { it.store(changes(2, mapOf("h" to byteArrayOf(2), "i" to byteArrayOf(2)))) }
                    assertEquals(1uL, it.generation)
                    assertNull(it.value("i"))
                    it.store(changes(2, mapOf("h" to byteArrayOf(3))))
                }
                FileStorage.open(folder).use { assertContentEquals(byteArrayOf(3), it.value("h")) }
            }
        }
    }

    test("a file that is mostly outdated is tidied up") {
        val folder = scratch().resolve("vault")
        FileStorage.create(folder).use {
            for (generation in 1..40) it.store(changes(generation, mapOf("h" to byteArrayOf(1), "d-$generation" to big), listOf("d-${generation - 1}")))
        }
        assertTrue(Files.size(folder.resolve("vault.log")) < 6 * big.size)
        assertFalse(Files.exists(folder.resolve("vault.new")))
        FileStorage.open(folder).use {
            assertEquals(40uL, it.generation)
            assertContentEquals(big, it.value("d-40"))
            assertNull(it.value("d-39"))
        }
    }

    test("cut at any step of tidying up: nothing is lost") {
        // Steps of the store that tidies up: write, sync; write of the second file, sync, rename, sync of the folder.
        for (step in 2..5) {
            for (half in listOf(false, true)) {
                val disk = FragileDisk()
                val folder = scratch().resolve("vault")
                FileStorage.create(folder, disk).use { storage ->
                    for (generation in 1..3) storage.store(changes(generation, mapOf("d" to big)))
                    disk.half = half
                    disk.step = step
                    storage.store(changes(4, mapOf("d" to big, "h" to byteArrayOf(5))))
                    assertEquals(-1, disk.step, "the step was reached")
                    FileStorage.open(copyOf(folder)).use {
                        assertEquals(4uL, it.generation, "step $step")
                        assertContentEquals(byteArrayOf(5), it.value("h"))
                        assertContentEquals(big, it.value("d"))
                    }
                    storage.store(changes(5, mapOf("h" to byteArrayOf(6))))
                }
                FileStorage.open(folder).use { assertContentEquals(byteArrayOf(6), it.value("h")) }
            }
        }
    }

    test("killed again and again: what was acknowledged is there, and never half a transaction") {
        val folder = scratch().resolve("vault")
        FileStorage.create(folder).use { it.store(changes(1, mapOf("i-a" to byteArrayOf(1), "i-b" to byteArrayOf(1)))) }
        repeat(8) {
            val child = childOf("satchel.core.main.StoreMain", folder.toString(), "loop").start()
            val lines = child.inputStream.bufferedReader()
            var acknowledged = lines.readLine().toULong()
            Thread.sleep(Random.nextLong(5, 120))
            // Unlike the process, its handle leaves what was printed to be read.
            child.toHandle().destroyForcibly()
            child.waitFor()
            lines.forEachLine { line -> line.toULongOrNull()?.let { acknowledged = maxOf(acknowledged, it) } }
            FileStorage.open(folder).use {
                assertTrue(it.generation >= acknowledged, "${it.generation} of $acknowledged")
                assertTrue(it.generation <= acknowledged + 1uL)
                assertContentEquals(it.value("i-a"), it.value("i-b"))
            }
        }
    }
}
