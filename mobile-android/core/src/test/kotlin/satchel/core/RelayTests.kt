package satchel.core

import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import satchel.core.platform.HttpRelay
import satchel.core.platform.RelayFailure
import satchel.core.support.Group
import satchel.core.support.Wire
import satchel.core.support.failure
import satchel.core.support.stopsAtOnce

private fun request(method: String, url: String, body: ByteArray? = null, vararg headers: Pair<String, String>) =
    Request("send", 1uL, method, url, headers.map { Header(it.first, it.second) }, body, 0uL, null)

private fun answer(status: String, body: String = "", vararg headers: String) =
    ("HTTP/1.1 $status\r\ncontent-length: ${body.length}\r\n" + headers.joinToString("") { "$it\r\n" } + "\r\n$body").toByteArray()

val relayTests = Group("relay") {
    test("method, headers and body arrive as they are; status, headers and body come back") {
        var seen = ""
        var sent = ByteArray(0)
        Wire { head, body ->
            seen = head
            sent = body
            answer("409 Conflict", "{\"code\":\"x\"}", "x-one: 1", "X-One: 2")
        }.use { wire ->
            for (method in listOf("PUT", "POST", "DELETE")) {
                val headers = arrayOf("content-type" to "application/cbor", "signature" to "sig=:AA==:", "content-digest" to "d")
                val answer = HttpRelay().send(request(method, "${wire.url}/v1/x?y=z", byteArrayOf(0, -1, 7), *headers))
                assertEquals(409.toUShort(), answer.status)
                assertEquals("{\"code\":\"x\"}", String(answer.body))
                assertEquals(setOf("1", "2"), answer.headers.filter { it.name == "x-one" }.map { it.value }.toSet())
                assertTrue(seen.startsWith("$method /v1/x?y=z HTTP/1.1\r\n"), seen)
                for ((name, value) in headers) assertTrue(seen.lowercase().contains("\r\n$name: ${value.lowercase()}\r\n"), seen)
                assertContentEquals(byteArrayOf(0, -1, 7), sent)
            }
            HttpRelay().send(request("GET", wire.url))
            assertTrue(seen.contains("Accept-Encoding: identity\r\n") && seen.contains("User-Agent: satchel\r\n"), seen)
            assertFalse(seen.lowercase().contains("content-type"), seen)
        }
    }

    test("redirects are not followed, and no status is an exception") {
        for (status in listOf("302 Found", "401 Unauthorized", "404 Not Found", "413 Too Large", "503 Unavailable")) {
            Wire { _, _ -> answer(status, "b", "location: http://127.0.0.1:9/") }.use { wire ->
                assertEquals(status.take(3), HttpRelay().send(request("GET", wire.url)).status.toString())
                assertEquals(status.take(3), HttpRelay().send(request("PUT", wire.url, byteArrayOf(1))).status.toString())
            }
        }
    }

    test("nobody there, nonsense and silence have their words") {
        assertEquals("network", failure<RelayFailure> { HttpRelay().send(request("GET", "http://127.0.0.1:9/")) }.kind)
        assertEquals("network", failure<RelayFailure> { HttpRelay().send(request("GET", "nonsense")) }.kind)
        Wire { _, _ -> "what?\r\n\r\n".toByteArray() }.use { wire ->
            assertEquals("network", failure<RelayFailure> { HttpRelay().send(request("GET", wire.url)) }.kind)
        }
        Wire { _, _ -> "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab".toByteArray() }.use { wire ->
            assertEquals("network", failure<RelayFailure> { HttpRelay().send(request("GET", wire.url)) }.kind, "cut short")
        }
        Wire { _, _ -> null }.use { wire ->
            assertEquals("timeout", failure<RelayFailure> { HttpRelay(readTimeout = 200).send(request("GET", wire.url)) }.kind)
        }
    }

    test("whoever cancels is let go at once, and the connection is closed") {
        Wire { _, _ -> null }.use { wire ->
            coroutineScope {
                val waiting = async(Dispatchers.Default) { HttpRelay().send(request("GET", wire.url)) }
                delay(400)
                assertTrue(waiting.isActive)
                waiting.stopsAtOnce()
                repeat(40) { if (wire.hungUp == 0) delay(50) }
                assertEquals(1, wire.hungUp)
            }
        }
    }
}
