package satchel.core.feature

import satchel.core.Profile
import satchel.core.Recovery
import satchel.core.Vault
import satchel.core.platform.Platform
import satchel.core.session.Session

data class RecoverContent(
    val profile: Profile? = null,
    /** Once the chain was read from the relay. */
    val recovery: Recovery? = null,
)

/** A vault from the words of a kit; it is only said to be recovered after oldest and newest record were opened. */
class RecoverPresenter(
    private val platform: Platform,
) : Presenter<RecoverContent>("recover", RecoverContent()) {
    override var session: Session? = null
        private set

    override fun isEmpty(content: RecoverContent) = content.profile == null

    suspend fun recover(words: String, relay: String, passphrase: String) = act {
        session = Session.join(platform, words, relay, passphrase)
        refresh()
        null
    }

    suspend fun prove() = act {
        val created = session?.command { vault, now -> vault.proveRecovery(now) }?.created
        refresh()
        created
    }

    suspend fun load() = act {
        refresh()
        null
    }

    private suspend fun refresh() {
        val content = session?.query(::read) ?: return
        update { content }
    }

    private fun read(vault: Vault, now: ULong): RecoverContent {
        val profile = vault.profile()
        return RecoverContent(profile, if (profile.stage == "ready") vault.recovery(now) else null)
    }
}
