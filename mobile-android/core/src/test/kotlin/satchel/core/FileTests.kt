package satchel.core

import java.nio.file.Files
import kotlin.random.Random
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import satchel.core.support.Group
import satchel.core.support.Person
import satchel.core.support.RelayProcess
import satchel.core.support.ok
import satchel.core.support.refused
import satchel.core.support.scratch
import satchel.core.support.stopsAtOnce

private const val MIB = 1 shl 20

/** Large files by the shipped driver: read in pieces, cut, cancelled, gone on with, fetched again. */
val fileTests = Group("files") {
    lateinit var relay: RelayProcess
    lateinit var asha: Person
    val folder = scratch()
    val scan = folder.resolve("scan.bin")
    val bytes = Random(7).nextBytes(12 * MIB + 12_345)
    var file = ""
    after { relay.close() }

    fun sent() = asha.on.upload.state.value.content.files.singleOrNull()?.stored ?: 0uL

    test("cancelled in the middle, the file keeps what the relay has") {
        relay = RelayProcess()
        asha = Person.create("patient", "Asha", relay.url)
        Files.write(scan, bytes)
        file = asha.on.import.addFile(FileDraft("scan.bin", "application/octet-stream", bytes.size.toULong(), scan.toString())).ok()!!
        coroutineScope {
            val carrying = async(Dispatchers.Default) { asha.on.upload.carry() }
            while (carrying.isActive && sent() < 3uL) delay(5)
            carrying.stopsAtOnce()
        }
        asha.on.upload.load().ok()
        assertTrue(sent() in 3uL..11uL, "${sent()}")
    }

    test("a restart and a file that was moved: it goes on from the new place") {
        asha.restart()
        val moved = folder.resolve("moved.bin")
        Files.move(scan, moved)
        asha.on.upload.carry().ok()
        val stopped = asha.on.upload.state.value.content.files.single()
        assertEquals("stopped" to "file.vanished", stopped.stage to stopped.code)
        asha.on.upload.resume(file, moved.toString()).ok()
        asha.on.upload.carry().ok()
        assertEquals(emptyList(), asha.on.upload.state.value.content.files)
        asha.sync()
    }

    test("it is fetched again piece by piece, cut and gone on with, and is the one that was signed") {
        asha.on.timeline.load().ok()
        val record = asha.on.timeline.state.value.content.records.single { it.attachments == 1u }
        val back = folder.resolve("back.bin")
        coroutineScope {
            val saving = async(Dispatchers.Default) { asha.on.attachment.save(null, record.id, 0u, back.toString()) }
            while (saving.isActive && (asha.on.attachment.state.value.content.download?.done ?: 0uL) < (2 * MIB).toULong()) delay(5)
            saving.stopsAtOnce()
        }
        assertFalse(Files.exists(back))
        val part = folder.resolve("back.bin.part")
        assertTrue(Files.size(part) >= 2 * MIB)
        // A piece that was left here is checked like one that is fetched.
        asha.on.attachment.save(null, record.id, 0u, back.toString()).ok()
        assertContentEquals(bytes, Files.readAllBytes(back))
        assertFalse(Files.exists(part))
        assertNotNull(asha.on.attachment.state.value.content.path)
        asha.on.attachment.save(null, record.id, 5u, back.toString()).refused("vault.not_found")
    }

    test("a file that changed while it was sent is begun anew") {
        val changing = folder.resolve("changing.bin")
        Files.write(changing, bytes)
        asha.on.import.addFile(FileDraft("changing.bin", "application/octet-stream", bytes.size.toULong(), changing.toString())).ok()
        coroutineScope {
            val carrying = async(Dispatchers.Default) { asha.on.upload.carry() }
            while (carrying.isActive && sent() < 2uL) delay(5)
            carrying.cancelAndJoin()
        }
        val other = bytes.copyOf().also { it[11 * MIB] = (it[11 * MIB].toInt() xor 1).toByte() }
        Files.write(changing, other)
        asha.on.upload.carry().ok()
        asha.sync()
        asha.on.timeline.load().ok()
        val record = asha.on.timeline.state.value.content.records.single { it.title == "changing.bin" }
        val back = folder.resolve("changed.bin")
        asha.on.attachment.save(null, record.id, 0u, back.toString()).ok()
        assertContentEquals(other, Files.readAllBytes(back))
        asha.stop()
    }
}
