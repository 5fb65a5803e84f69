package satchel.core.main

import java.io.RandomAccessFile
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.deleteRecursively
import kotlin.io.path.fileSize
import kotlinx.coroutines.runBlocking
import satchel.core.Changes
import satchel.core.Checked
import satchel.core.Entry
import satchel.core.FileDraft
import satchel.core.PieceRequest
import satchel.core.Put
import satchel.core.Setup
import satchel.core.Vault
import satchel.core.VaultException
import satchel.core.feature.everything
import satchel.core.platform.FileStorage
import satchel.core.platform.Platform
import satchel.core.session.Session
import satchel.core.verifyExport

/** What is measured, as `tests/benches/phones` says it: the same work as in native Rust, over the same stored vault and the same file. */
object BenchMain {
    private const val PASSPHRASE = "correct horse battery staple"
    private const val NOW = 1_790_000_000uL
    private val taken = """{"success":true}""".toByteArray()

    @JvmStatic
    fun main(arguments: Array<String>) {
        val folder = Path.of(arguments.single())
        val began = System.nanoTime()
        try {
            verifyExport(ByteArray(0), "", 1uL)
        } catch (_: VaultException) {
        }
        println("ready ${System.nanoTime() - began}")
        val entries = entries(folder.resolve("entries"))
        val stored = Files.createTempDirectory("satchel-bench")
        try {
            val bench = Bench(folder, stored, entries)
            generateSequence(::readlnOrNull).forEach { line ->
                println(runBlocking { bench.play(line) })
                System.out.flush()
            }
        } finally {
            @OptIn(kotlin.io.path.ExperimentalPathApi::class)
            stored.deleteRecursively()
        }
    }

    private fun entries(path: Path): Map<String, ByteArray> {
        val bytes = ByteBuffer.wrap(Files.readAllBytes(path))
        fun take() = ByteArray(bytes.getInt()).also { bytes.get(it) }
        val all = LinkedHashMap<String, ByteArray>()
        while (bytes.hasRemaining()) all[String(take())] = take()
        return all
    }

    private class Bench(
        private val folder: Path,
        private val stored: Path,
        private val entries: Map<String, ByteArray>,
    ) {
        private val file = folder.resolve("file")
        private val index = entries.filterKeys { !it.startsWith('d') }.map { (key, value) -> Entry(key, value) }
        private val platform = Platform(stored.resolve("vault"))
        private lateinit var vault: Vault
        private var sent = 0

        init {
            FileStorage.create(platform.folder).use { storage ->
                val puts = entries.map { (key, value) -> Put(key, value) }
                storage.store(Changes(1uL, puts, emptyList(), null, emptyList()))
            }
        }

        suspend fun play(line: String): String = when (line.substringBefore(' ')) {
            "open" -> {
                if (::vault.isInitialized) vault.destroy()
                timed({ Vault.open(index, PASSPHRASE).also { vault = it } }) { it.profile().blocks.toLong() }
            }
            "unlock" -> timed({ Session.open(platform, PASSPHRASE) }) { session ->
                session.use { it.query { vault, _ -> vault.profile().blocks.toLong() } }
            }
            "list" -> timed({ vault.records(everything) }) { it.size.toLong() }
            "audit" -> {
                vault.forget()
                timed({ audit() }, ::whole)
            }
            "verify" -> Session.open(platform, PASSPHRASE).use { session ->
                timed({ session.query { vault, _ -> vault.checkChain() } }, ::whole)
            }
            "seal" -> Vault.open(index, PASSPHRASE).let { vault ->
                timed({ seal(vault) }) { it }.also { vault.destroy() }
            }
            "send" -> send(line.substringAfter(' '))
            else -> error("`$line` is no word of the protocol")
        }

        private inline fun <T> timed(work: () -> T, count: (T) -> Long): String {
            val began = System.nanoTime()
            val done = work()
            val time = System.nanoTime() - began
            return "$time ${count(done)}"
        }

        private fun audit(): Checked {
            while (true) {
                try {
                    return vault.checkChain()
                } catch (error: VaultException.Refused) {
                    if (error.need.isEmpty()) throw error
                    vault.provide(error.need.map { Entry(it, entries[it]) })
                }
            }
        }

        private fun whole(checked: Checked): Long {
            check(checked.bad == null)
            return checked.blocks.toLong()
        }

        private fun draft() = FileDraft("scan.bin", "application/octet-stream", file.fileSize().toULong(), file.toString())

        private fun seal(vault: Vault): Long {
            fun keep(changes: Changes) {
                if (changes.puts.isNotEmpty() || changes.deletes.isNotEmpty()) vault.stored(changes.generation)
            }
            keep(vault.addFile(draft(), NOW))
            vault.carryFiles(true)
            var sealed = 0L
            RandomAccessFile(file.toFile(), "r").use { source ->
                while (true) {
                    val request = vault.nextRequest(NOW)
                    val piece = request.piece
                    if (piece != null) {
                        val bytes = read(source, piece)
                        if (piece.sealing) sealed += bytes.size
                        keep(vault.givePiece(piece.upload, piece.index, bytes, NOW))
                    } else if (request.kind != "send") {
                        check(vault.files().isEmpty()) { "all parts were taken" }
                        return sealed
                    } else if ("/blobs/" in request.url) {
                        check(request.body!!.isNotEmpty())
                        keep(vault.onResponse(request.id, 201u, emptyList(), taken, NOW))
                    }
                    // Anything else is left without an answer, as by a slow relay.
                }
            }
        }

        private fun read(source: RandomAccessFile, piece: PieceRequest): ByteArray {
            source.seek(piece.offset.toLong())
            return ByteArray(piece.length.toInt()).also(source::readFully)
        }

        private suspend fun send(relay: String): String {
            sent += 1
            val session = Session.create(Platform(stored.resolve("sender-$sent")), Setup("patient", "Bench", relay, null), PASSPHRASE)
            return session.use {
                session.sync()
                timed({
                    session.command { vault, now -> vault.addFile(draft(), now) }
                    session.carry()
                }) {
                    check(session.query { vault, _ -> vault.files() }.isEmpty())
                    val filed = session.query { vault, _ -> vault.records(everything) }
                    if (filed.size == 1) draft().size.toLong() else 0
                }
            }
        }
    }
}
