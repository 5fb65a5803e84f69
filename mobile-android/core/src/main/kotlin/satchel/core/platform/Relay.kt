package satchel.core.platform

import satchel.core.Header
import satchel.core.Request

/** What a relay answered. */
class Answer(
    val status: UShort,
    val headers: List<Header>,
    val body: ByteArray,
)

/** Nothing was answered; [kind] is what `onFailure` takes: `network` or `timeout`. */
class RelayFailure(
    val kind: String,
) : Exception(kind)

/** Sends one request and waits for its answer. Several are under way at once; each can be cancelled. */
fun interface Relay {
    suspend fun send(request: Request): Answer
}
