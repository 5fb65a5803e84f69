package satchel.core.platform

import java.io.ByteArrayOutputStream
import java.io.DataOutputStream
import java.nio.ByteBuffer
import java.security.MessageDigest
import java.util.zip.CRC32
import satchel.core.Put

/**
 * One transaction in the file: mark, length of the body, SHA-256 of generation and body, generation, CRC-32 of all that, body.
 *
 * The body is a list of puts (key, value) and deletes (key). The sums are against torn writes, not against people: what is stored is sealed,
 * and the vault itself finds out what was changed, left out or rolled back.
 */
internal object Frame {
    private const val MARK = 0x53544348 // "STCH"
    private const val HASH = 32
    private const val PUT = 1
    private const val DELETE = 2

    /** Bytes before the body. */
    const val HEAD = 4 + 4 + HASH + 8 + 4

    class Head(
        val length: Int,
        val hash: ByteArray,
        val generation: ULong,
    )

    /** The bytes of a transaction. */
    fun write(generation: ULong, puts: List<Put>, deletes: List<String>): ByteBuffer {
        val bytes = ByteArrayOutputStream()
        val body = DataOutputStream(bytes)
        for (put in puts) {
            body.writeByte(PUT)
            body.writeUTF(put.key)
            body.writeInt(put.value.size)
            body.write(put.value)
        }
        for (key in deletes) {
            body.writeByte(DELETE)
            body.writeUTF(key)
        }
        val content = bytes.toByteArray()
        val frame = ByteBuffer.allocate(HEAD + content.size)
        frame.putInt(MARK).putInt(content.size).put(hash(generation, content)).putLong(generation.toLong())
        frame.putInt(sum(frame.array())).put(content)
        return frame.flip()
    }

    /** `null` when this is no head. */
    fun head(bytes: ByteBuffer): Head? {
        if (bytes.getInt() != MARK) return null
        val length = bytes.getInt()
        val hash = ByteArray(HASH).also { bytes.get(it) }
        val generation = bytes.getLong().toULong()
        return Head(length, hash, generation).takeIf { length >= 0 && bytes.getInt() == sum(bytes.array()) }
    }

    /** Whether a head stands anywhere in these bytes. */
    fun headIn(bytes: ByteArray) = (0..bytes.size - HEAD).any { at ->
        bytes[at] == (MARK ushr 24).toByte() && head(ByteBuffer.wrap(bytes.copyOfRange(at, at + HEAD))) != null
    }

    fun holds(head: Head, body: ByteArray) = MessageDigest.isEqual(head.hash, hash(head.generation, body))

    /** Tells each put with the place of its value in the body, and each delete. */
    fun read(body: ByteArray, put: (key: String, start: Int, length: Int) -> Unit, delete: (key: String) -> Unit) {
        val bytes = ByteBuffer.wrap(body)
        fun key(): String {
            val length = bytes.getShort().toInt() and 0xffff
            val text = ByteArray(length).also { bytes.get(it) }
            return String(text, Charsets.UTF_8)
        }
        while (bytes.hasRemaining()) {
            when (bytes.get().toInt()) {
                PUT -> {
                    val key = key()
                    val length = bytes.getInt()
                    put(key, bytes.position(), length)
                    bytes.position(bytes.position() + length)
                }
                DELETE -> delete(key())
                else -> throw IllegalArgumentException("neither put nor delete")
            }
        }
    }

    private fun sum(head: ByteArray) = CRC32().apply { update(head, 0, HEAD - 4) }.value.toInt()

    private fun hash(generation: ULong, body: ByteArray): ByteArray {
        val digest = MessageDigest.getInstance("SHA-256")
        digest.update(ByteBuffer.allocate(8).putLong(generation.toLong()).flip())
        return digest.digest(body)
    }
}
