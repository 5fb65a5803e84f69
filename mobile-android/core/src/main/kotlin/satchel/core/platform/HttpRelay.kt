package satchel.core.platform

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.net.HttpURLConnection
import java.net.SocketTimeoutException
import java.net.URI
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.suspendCancellableCoroutine
import satchel.core.Header
import satchel.core.Request

/**
 * HTTP by the platform's own client. It follows no redirects: a relay answers itself or not at all.
 *
 * The client blocks its thread and cannot be interrupted while it connects; whoever waits is let go at once, the connection is closed, and
 * the thread ends by itself within [connectTimeout].
 */
class HttpRelay(
    private val connectTimeout: Int = 10_000,
    /** Longer than the longest wait for news at a relay. */
    private val readTimeout: Int = 90_000,
) : Relay {
    override suspend fun send(request: Request): Answer {
        val connection = prepare(request)
        return suspendCancellableCoroutine { waiting ->
            val work = threads.submit {
                val answer = runCatching { exchange(connection, request.body) }
                if (waiting.isActive) {
                    answer.fold(waiting::resume) { waiting.resumeWithException(failure(it)) }
                }
            }
            waiting.invokeOnCancellation {
                work.cancel(false)
                // Closing may wait for the thread that reads; whoever cancels does not.
                threads.execute { connection.disconnect() }
            }
        }
    }

    private fun prepare(request: Request): HttpURLConnection {
        val connection = try {
            URI(request.url).toURL().openConnection() as HttpURLConnection
        } catch (_: Exception) {
            throw RelayFailure("network")
        }
        connection.instanceFollowRedirects = false
        connection.useCaches = false
        connection.connectTimeout = connectTimeout
        connection.readTimeout = readTimeout
        connection.requestMethod = request.method
        // The client would name itself, ask for pages, and unpack what must be taken as it is.
        connection.setRequestProperty("User-Agent", "satchel")
        connection.setRequestProperty("Accept", "*/*")
        connection.setRequestProperty("Accept-Encoding", "identity")
        request.headers.forEach { connection.setRequestProperty(it.name, it.value) }
        if (request.body != null) {
            // The client keeps a copy of the body: it sends it again when a connection that it had kept open turns out to be closed. That
            // is harmless, since the relay's writes are idempotent; without it every pause would cost a failure.
            connection.doOutput = true
        }
        return connection
    }

    private fun exchange(connection: HttpURLConnection, body: ByteArray?): Answer {
        body?.let { bytes -> connection.outputStream.use { it.write(bytes) } }
        val status = connection.responseCode
        if (status < 0) throw IOException("no HTTP")
        val stream = if (status >= 400) connection.errorStream else connection.inputStream
        val bytes = stream?.use(::capped) ?: ByteArray(0)
        // The client takes an answer that was cut short for a whole one.
        val cut = bytes.size < minOf(connection.contentLengthLong, MAX_BODY.toLong())
        if (cut && connection.requestMethod != "HEAD") throw IOException("cut short")
        val headers = connection.headerFields.entries
            .filter { it.key != null }
            .flatMap { (name, values) -> values.map { Header(name.lowercase(), it) } }
        return Answer(status.toUShort(), headers, bytes)
    }

    private fun capped(stream: InputStream): ByteArray {
        val taken = ByteArrayOutputStream()
        val buffer = ByteArray(1 shl 16)
        while (taken.size() < MAX_BODY) {
            val count = stream.read(buffer, 0, minOf(buffer.size, MAX_BODY - taken.size()))
            if (count < 0) break
            taken.write(buffer, 0, count)
        }
        return taken.toByteArray()
    }

    private fun failure(error: Throwable) =
        RelayFailure(if (error is SocketTimeoutException) "timeout" else "network")

    private companion object {
        /** Most bytes of an answer that are read. */
        const val MAX_BODY = 64 shl 20

        /** Threads of requests; they do not keep a program from ending. */
        val threads: ExecutorService = Executors.newCachedThreadPool { work ->
            Thread(work, "satchel-relay").apply { isDaemon = true }
        }
    }
}
