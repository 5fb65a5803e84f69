package satchel.core.feature

import satchel.core.Changes
import satchel.core.Vault
import satchel.core.platform.StorageException
import satchel.core.session.Session

/** A presenter over an open vault: what it shows is read by one query, anew after each command. */
abstract class VaultPresenter<Content>(
    final override val session: Session,
    feature: String,
    blank: Content,
) : Presenter<Content>(feature, blank) {
    /** Reads what is known here; what was chosen before stays chosen. */
    protected abstract fun read(vault: Vault, now: ULong, before: Content): Content

    /** Reads again. The network is not asked. */
    open suspend fun load(): Outcome = act {
        refresh()
        null
    }

    protected suspend fun refresh() {
        val before = content
        val fresh = session.query { vault, now -> read(vault, now, before) }
        update { fresh }
    }

    /** An exchange with the relay; what is known is read again even when the relay was not reached. */
    protected suspend fun exchange(talk: suspend () -> Unit): Outcome = act {
        try {
            talk()
        } catch (error: StorageException) {
            refresh()
            throw error
        }
        refresh()
        null
    }

    protected suspend fun command(command: (Vault, ULong) -> Changes): Outcome = act {
        val created = session.command(command).created
        refresh()
        created
    }
}
