package satchel.core.feature

import java.io.IOException
import kotlinx.coroutines.CancellationException
import satchel.core.VaultException
import satchel.core.platform.RelayFailure
import satchel.core.platform.StorageException

/** Why an action was refused. */
data class Problem(
    val code: String,
    val params: Map<String, String> = emptyMap(),
) {
    /** Key of the sentence in the catalogue. */
    val phrase get() = if (code == CANCELLED) "screen.cancelled" else "error.$code"

    companion object {
        /** The caller gave up. */
        const val CANCELLED = "cancelled"

        fun of(error: Throwable): Problem = when (error) {
            is VaultException.Refused -> Problem(error.code, error.params.associate { it.name to it.value })
            is StorageException -> Problem(error.code, error.params)
            is RelayFailure -> Problem("cli.network")
            is CancellationException -> Problem(CANCELLED)
            is IOException -> Problem("cli.file")
            // A panic of the core, or a defect here: the vault is opened again from its storage.
            else -> Problem("other")
        }
    }
}

/** What became of an action: the id of what it made, or why it was refused. */
data class Outcome(
    val created: String? = null,
    val problem: Problem? = null,
) {
    val ok get() = problem == null
}
