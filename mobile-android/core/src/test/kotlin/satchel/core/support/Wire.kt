package satchel.core.support

import java.io.InputStream
import java.net.ServerSocket
import java.net.Socket
import kotlin.concurrent.thread

/** A server that answers with prescribed bytes, or with nothing. */
class Wire(
    private val answer: (request: String, body: ByteArray) -> ByteArray?,
) : AutoCloseable {
    private val server = ServerSocket(0)
    val url = "http://127.0.0.1:${server.localPort}"

    /** Connections that the other side gave up. */
    @Volatile
    var hungUp = 0

    init {
        thread(isDaemon = true) {
            while (!server.isClosed) {
                val socket = runCatching { server.accept() }.getOrNull() ?: break
                thread(isDaemon = true) { runCatching { serve(socket) } }
            }
        }
    }

    private fun serve(socket: Socket) = socket.use {
        val input = it.getInputStream()
        val head = head(input)
        val length = Regex("(?i)content-length: *([0-9]+)").find(head)?.groupValues?.get(1)?.toInt() ?: 0
        val body = input.readNBytes(length)
        val bytes = answer(head, body)
        if (bytes == null) {
            input.readAllBytes()
            hungUp += 1
        } else {
            it.getOutputStream().write(bytes)
        }
    }

    private fun head(input: InputStream): String {
        val bytes = StringBuilder()
        while (!bytes.endsWith("\r\n\r\n")) {
            val byte = input.read()
            if (byte < 0) break
            bytes.append(byte.toChar())
        }
        return bytes.toString()
    }

    override fun close() = server.close()
}
