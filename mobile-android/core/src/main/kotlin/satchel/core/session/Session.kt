package satchel.core.session

import java.nio.file.Path
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import satchel.core.Changes
import satchel.core.Created
import satchel.core.DownloadView
import satchel.core.JobView
import satchel.core.Setup
import satchel.core.Show
import satchel.core.Vault
import satchel.core.VaultException
import satchel.core.createVault
import satchel.core.joinVault
import satchel.core.platform.Platform
import satchel.core.platform.Storage
import satchel.core.platform.StorageException

/**
 * An open vault with its storage and driver.
 *
 * One call at a time touches the vault; what a command changed is stored before the next one. A command that has begun is finished even when
 * its caller is cancelled, so that vault and storage never part.
 */
class Session private constructor(
    private val platform: Platform,
    private val storage: Storage,
    private val vault: Vault,
) : AutoCloseable {
    private val turn = Mutex()
    private val driving = Mutex()
    private val driver = Driver(this, platform.relay)
    private val told = ArrayDeque<Show>()
    private val stored = MutableStateFlow(storage.generation)

    /** Moves with every change that was stored: screens that are open read again. */
    val revision: StateFlow<ULong> = stored.asStateFlow()

    /** Whether the relay was reached the last time it was asked. */
    @Volatile
    var offline = false
        private set

    fun now() = platform.clock.now()

    /** What the core had to tell since this was last asked. */
    suspend fun takeShown(): List<Show> = turn.withLock { told.toList().also { told.clear() } }

    /** Runs a command and stores what it changed; nothing is sent. */
    suspend fun command(command: (Vault, ULong) -> Changes): Changes = alone { call(command).also(::keep) }

    /** Nobody waits for these requests any more. */
    internal suspend fun abandon(ids: Collection<ULong>) {
        if (ids.isNotEmpty()) alone { ids.forEach { id -> keep(call { vault, now -> vault.onFailure(id, "cancelled", now) }) } }
    }

    /** Asks the vault; entries it needs are loaded. */
    suspend fun <T> query(query: (Vault, ULong) -> T): T = alone { call(query) }

    /**
     * Does a job of the vault to its end, some blocks at a time: others get their turn between two steps, and a caller that is cancelled
     * is let go of after the step under way. [take] gives the result.
     */
    suspend fun <T> work(start: (Vault) -> JobView, take: (Vault, String, ULong) -> T, progress: (JobView) -> Unit = {}): T {
        var job = query { vault, _ -> start(vault) }
        try {
            while (!job.finished) {
                currentCoroutineContext().ensureActive()
                job = query { vault, _ -> vault.stepJob(job.id, STEP).also { vault.forget() } }
                progress(job)
            }
            return query { vault, now -> take(vault, job.id, now) }
        } finally {
            withContext(NonCancellable) { query { vault, _ -> vault.cancelJob(job.id) } }
        }
    }

    /** Sends everything and takes all news. Fails with `cli.network`. */
    suspend fun sync() = reached { drain(PATIENCE, stay = false) }

    /** Sends and takes news, and stays for more. Fails with `cli.network`. */
    suspend fun watch(limit: Duration) = reached { during({ it.watch(20uL) }, { it.watch(0uL) }) { drain(limit, stay = true) } }

    /**
     * Sends the files on their way too, however long it takes; [work] is done after every step and ends it by `false`. Fails with
     * `cli.network`.
     */
    suspend fun carry(work: suspend () -> Boolean = { true }) =
        reached { during({ it.carryFiles(true) }, { it.carryFiles(false) }) { drain(UNHURRIED, stay = false, work) } }

    /**
     * Fetches an attachment into a file and goes on where an earlier fetch was cut. The file gets its name when it is the one that was
     * signed. Fails with `file.part`, `file.hash`, `file.unfinished`, `cli.network`.
     */
    suspend fun save(grant: String?, record: String, index: UInt, path: Path, progress: (DownloadView) -> Unit = {}) {
        val id = command { vault, now -> vault.download(grant, record, index, now) }.created.orEmpty()
        try {
            query { vault, _ -> PieceWriter(path, vault, id) }.use { writer -> fetch(id, writer, progress) }
        } finally {
            withContext(NonCancellable) { query { vault, _ -> vault.cancelDownload(id) } }
        }
    }

    private suspend fun fetch(id: String, writer: PieceWriter, progress: (DownloadView) -> Unit) {
        suspend fun state() = query { vault, _ -> vault.downloadState(id) }
        val drained = drain(UNHURRIED, stay = false) {
            while (true) {
                val piece = query { vault, _ -> vault.nextPiece(id) } ?: break
                withContext(Dispatchers.IO) { writer.write(piece) }
            }
            val state = state().also(progress)
            !state.complete && state.code == null
        }
        val state = state()
        state.code?.let { throw StorageException(it, "part ${state.part}", mapOf("name" to state.name, "part" to "${state.part ?: ""}")) }
        if (!state.complete) reached { drained }
        try {
            query { vault, _ -> vault.finishDownload(id) }
        } catch (error: VaultException.Refused) {
            if (error.code == "file.hash") writer.discard()
            throw error
        }
        withContext(Dispatchers.IO) { writer.finish() }
    }

    /** Changes the passphrase. */
    suspend fun changePassphrase(passphrase: String) = alone { storage.replace(vault.changePassphrase(passphrase)) }

    /** Forgets the keys and lets go of the storage. Everything else is over before. */
    override fun close() {
        vault.destroy()
        storage.close()
    }

    private suspend fun drain(limit: Duration, stay: Boolean, work: suspend () -> Boolean = { true }): Drained = driving.withLock {
        query { vault, _ -> vault.refresh() }
        driver.drain(limit, stay, work).also { offline = it == Drained.OFFLINE }
    }

    private inline fun reached(talk: () -> Drained) {
        if (talk() == Drained.OFFLINE) throw StorageException("cli.network", "the relay was not reached")
    }

    private suspend fun <T> during(begin: (Vault) -> Unit, end: (Vault) -> Unit, work: suspend () -> T): T {
        query { vault, _ -> begin(vault) }
        try {
            return work()
        } finally {
            withContext(NonCancellable) { query { vault, _ -> end(vault) } }
        }
    }

    private suspend fun <T> alone(work: () -> T): T =
        turn.withLock { finished(work) }

    private fun <T> call(ask: (Vault, ULong) -> T): T {
        while (true) {
            try {
                return ask(vault, now())
            } catch (error: VaultException.Refused) {
                if (error.code != "vault.need" || error.need.isEmpty()) throw error
                vault.provide(storage.load(error.need))
            }
        }
    }

    private fun keep(changes: Changes) {
        if (changes.puts.isNotEmpty() || changes.deletes.isNotEmpty()) {
            try {
                storage.store(changes)
            } catch (error: StorageException) {
                vault.failed(if (error.code == "vault.conflict") "conflict" else "store")
                throw error
            }
            vault.stored(changes.generation)
        }
        stored.value = storage.generation
        told.addAll(changes.show)
        while (told.size > UNHEARD) told.removeFirst()
    }

    companion object {
        /** Messages kept for somebody who asks. */
        private const val UNHEARD = 1000

        /** Longest time that [sync] spends. */
        private val PATIENCE = 120.seconds

        /** Blocks of a job done at once: some ten milliseconds. */
        private const val STEP = 50u

        /** A large file may take days. */
        private val UNHURRIED = 365.days

        /** A vault in a new folder. Nothing is sent yet. */
        suspend fun create(platform: Platform, setup: Setup, passphrase: String) =
            begin(platform) { createVault(setup, passphrase, it) }

        /** A vault in a new folder from the words of a recovery kit. Nothing is sent yet. */
        suspend fun join(platform: Platform, words: String, relay: String, passphrase: String) =
            begin(platform) { joinVault(words, relay, passphrase, it) }

        /** The vault of a folder. */
        suspend fun open(platform: Platform, passphrase: String): Session {
            val storage = finished { platform.openStorage() }
            return storage.orClosed {
                val index = finished { storage.index() }
                Session(platform, storage, abandonable({ Vault.open(index, passphrase) }, Vault::close))
            }
        }

        /** Keys first: whoever is cancelled while they are made leaves no folder behind. */
        private suspend fun begin(platform: Platform, make: (ULong) -> Created): Session {
            if (platform.exists()) throw StorageException("cli.exists", "there is a vault already")
            val created = abandonable({ make(platform.clock.now()) }, { it.vault.close() })
            return finished {
                platform.createStorage().orClosed { storage ->
                    Session(platform, storage, created.vault).also { it.keep(created.changes) }
                }
            }
        }

        /**
         * Work that nothing can stop in the middle, and that changes nothing: whoever is cancelled is let go at once, and what comes out
         * later is dropped.
         */
        private suspend fun <T> abandonable(work: () -> T, drop: (T) -> Unit): T = suspendCancellableCoroutine { waiting ->
            Dispatchers.IO.dispatch(waiting.context) {
                val made = runCatching(work)
                if (waiting.isActive) made.fold(waiting::resume, waiting::resumeWithException) else made.onSuccess(drop)
            }
        }

        /** Work that is done to its end, and whose result arrives, even when the caller is cancelled meanwhile. */
        private suspend fun <T> finished(work: () -> T): T =
            withContext(NonCancellable) { withContext(Dispatchers.IO) { work() } }

        private inline fun <T> Storage.orClosed(work: (Storage) -> T): T = try {
            work(this)
        } catch (error: Throwable) {
            close()
            throw error
        }
    }
}
