package satchel.core.session

import java.io.IOException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import satchel.core.PieceRequest
import satchel.core.Request
import satchel.core.VaultException
import satchel.core.platform.Answer
import satchel.core.platform.Relay
import satchel.core.platform.RelayFailure

/** How a drain ended. */
enum class Drained {
    /** Nothing is left to send. */
    IDLE,

    /** Something waits for a later time. */
    WAITING,

    /** The relay was not reached. */
    OFFLINE,
}

/**
 * Asks the vault what to send, sends it, tells the answer, and stores what changed before anything else is sent.
 *
 * Several requests are under way at once; everything that touches vault and storage goes through [Session], in order. When the caller is
 * cancelled, the vault is told that nobody waits any more, and sends again when that is due.
 */
internal class Driver(
    private val session: Session,
    private val relay: Relay,
) {
    private class Arrival(
        val id: ULong,
        val answer: Result<Answer>,
    )

    /** Sends until nothing is left or [limit] has passed; with [stay] it waits for news until then. [work] is done after every step. */
    suspend fun drain(limit: Duration, stay: Boolean, work: suspend () -> Boolean = { true }): Drained = coroutineScope {
        val round = Round(this, TimeSource.Monotonic.markNow() + limit, stay, work)
        try {
            round.run()
        } finally {
            coroutineContext.cancelChildren()
            withContext(NonCancellable) { round.abandon() }
        }
    }

    private inner class Round(
        private val scope: CoroutineScope,
        private val end: TimeMark,
        private val stay: Boolean,
        private val work: suspend () -> Boolean,
    ) {
        private val arrivals = Channel<Arrival>(Channel.UNLIMITED)
        private val inFlight = mutableSetOf<ULong>()
        private var answered = 0
        private var failures = 0

        suspend fun run(): Drained = PieceReader().use { reader ->
            while (true) {
                scope.ensureActive()
                val request = session.query { vault, now -> vault.nextRequest(now) }
                if (request.kind == "send") {
                    send(request)
                    continue
                }
                request.piece?.let {
                    bring(reader, it)
                    // Between two pieces answers are taken in, so that reading and sending go side by side.
                    if (!work() || end.hasPassedNow()) return Drained.WAITING
                }
                if (request.piece != null && inFlight.isEmpty()) continue
                val left = maxOf(-end.elapsedNow(), Duration.ZERO)
                val due = if (request.piece != null) Duration.ZERO else due(request)
                if (inFlight.isEmpty()) {
                    // A relay that was never reached is not waited for.
                    if (failures > 0 && answered == 0 && !stay) return Drained.OFFLINE
                    val waits = request.kind == "wait"
                    if (left == Duration.ZERO || !(stay || waits && due <= left)) {
                        return if (waits) Drained.WAITING else Drained.IDLE
                    }
                    delay(minOf(due, left))
                    continue
                }
                val arrival = arrivals.tryReceive().getOrNull() ?: withTimeoutOrNull(minOf(due, left)) { arrivals.receive() }
                when {
                    arrival != null -> tell(arrival)
                    end.hasPassedNow() -> return Drained.WAITING
                    else -> continue
                }
                if (failures >= PATIENCE) return if (answered > 0 && !stay) Drained.WAITING else Drained.OFFLINE
                if (!work()) return Drained.WAITING
            }
            @Suppress("UNREACHABLE_CODE")
            Drained.IDLE
        }

        private suspend fun due(request: Request): Duration {
            val now = session.now()
            val away = if (request.until > now) request.until - now else 0uL
            return maxOf(away.toLong().seconds, 50.milliseconds)
        }

        private fun send(request: Request) {
            inFlight += request.id
            scope.launch {
                val answer = try {
                    Result.success(relay.send(request))
                } catch (failure: RelayFailure) {
                    Result.failure(failure)
                }
                arrivals.send(Arrival(request.id, answer))
            }
        }

        private suspend fun tell(arrival: Arrival) {
            inFlight -= arrival.id
            val reached = arrival.answer.isSuccess
            arrival.answer.fold(
                { session.command { vault, now -> vault.onResponse(arrival.id, it.status, it.headers, it.body, now) } },
                { fail(arrival.id, (it as RelayFailure).kind) },
            )
            if (reached) {
                failures = 0
                answered += 1
            } else {
                failures += 1
            }
        }

        private suspend fun fail(id: ULong, kind: String) =
            session.command { vault, now -> vault.onFailure(id, kind, now) }

        /** Stops waiting for what is under way; answers that still come belong to nobody. */
        suspend fun abandon() {
            session.abandon(inFlight.toList())
            inFlight.clear()
        }
    }

    /** Reads a piece of a file and brings it. A file that changed is begun anew; one that cannot be read waits for the person. */
    private suspend fun bring(reader: PieceReader, piece: PieceRequest) {
        val code = try {
            val bytes = reader.read(piece)
            return ignore(session.command { vault, now -> vault.givePiece(piece.upload, piece.index, bytes, now) })
        } catch (error: PieceException) {
            error.code
        } catch (error: VaultException.Refused) {
            if (error.code != "file.changed") throw error
            error.code
        }
        val size = try {
            if (code == "file.changed") reader.size(piece.source) else null
        } catch (_: IOException) {
            null
        }
        if (size != null) {
            try {
                return ignore(session.command { vault, now -> vault.restartFile(piece.upload, size.toULong(), now) })
            } catch (error: VaultException.Refused) {
                if (error.code != "file.changed") throw error
            }
        }
        session.command { vault, now -> vault.stopFile(piece.upload, code, now) }
    }

    private companion object {
        /** Failures one after the other after which a drain gives up. */
        const val PATIENCE = 3

        fun ignore(@Suppress("UNUSED_PARAMETER") changes: Any) = Unit
    }
}
