package satchel.core.session

import java.io.FileNotFoundException
import java.io.IOException
import java.io.RandomAccessFile
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
import satchel.core.FilePiece
import satchel.core.PieceRequest
import satchel.core.Vault

/** A piece could not be read; [code] is what the vault is told. */
internal class PieceException(
    val code: String,
) : Exception(code)

/** Files of this device, read piece by piece on the vault's request. The one read last stays open. */
internal class PieceReader : AutoCloseable {
    private var open: Pair<String, RandomAccessFile>? = null

    /** Fails with `file.vanished`, `file.unreadable`, `file.changed`. */
    fun read(piece: PieceRequest): ByteArray = try {
        // A file that was moved away while it is open is as gone as any other: a restart would not find it.
        if (size(piece.source) != piece.size.toLong()) throw PieceException("file.changed")
        val file = open?.takeIf { it.first == piece.source }?.second ?: RandomAccessFile(piece.source, "r").also {
            close()
            open = piece.source to it
        }
        file.seek(piece.offset.toLong())
        ByteArray(piece.length.toInt()).also(file::readFully)
    } catch (error: IOException) {
        close()
        val gone = error is NoSuchFileException || error is FileNotFoundException && !Files.exists(Path.of(piece.source))
        throw PieceException(if (gone) "file.vanished" else if (error is java.io.EOFException) "file.changed" else "file.unreadable")
    }

    fun size(source: String) = Files.size(Path.of(source))

    override fun close() {
        open?.second?.close()
        open = null
    }
}

/**
 * A file on its way to this device. It carries its name only after the vault said that it is the signed one; until then it ends in `.part`,
 * and a later fetch goes on from there.
 */
internal class PieceWriter(
    private val path: Path,
    vault: Vault,
    download: String,
) : AutoCloseable {
    private val part = path.resolveSibling("${path.fileName}.part")
    private val file = RandomAccessFile(part.toFile(), "rw")

    init {
        val size = vault.downloadState(download).size.toLong()
        val here = file.length()
        var kept = 0L
        val piece = ByteArray(PIECE)
        while (here <= size && kept + PIECE <= here) {
            file.readFully(piece)
            vault.foundPiece(download, (kept / PIECE).toULong(), piece)
            kept += PIECE
        }
        file.setLength(kept)
    }

    fun write(piece: FilePiece) {
        file.seek(piece.offset.toLong())
        file.write(piece.bytes)
    }

    /** The file gets its name. */
    fun finish() {
        file.fd.sync()
        Files.move(part, path, ATOMIC_MOVE, REPLACE_EXISTING)
    }

    /** What was fetched is not the file: nothing of it stays. */
    fun discard() = Files.delete(part)

    override fun close() = file.close()

    private companion object {
        /** Bytes of a whole piece. */
        const val PIECE = 1 shl 20
    }
}
