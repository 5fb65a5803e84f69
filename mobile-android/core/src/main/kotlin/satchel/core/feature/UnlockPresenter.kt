package satchel.core.feature

import satchel.core.Profile
import satchel.core.platform.Platform
import satchel.core.session.Session

data class UnlockContent(
    val exists: Boolean = false,
    val profile: Profile? = null,
)

/** Opens and locks the vault of this device. */
class UnlockPresenter(
    private val platform: Platform,
) : Presenter<UnlockContent>("unlock", UnlockContent()) {
    override var session: Session? = null
        private set

    override fun isEmpty(content: UnlockContent) = !content.exists

    suspend fun load() = act {
        update { it.copy(exists = platform.exists()) }
        null
    }

    suspend fun unlock(passphrase: String) = act {
        update { it.copy(exists = platform.exists()) }
        val opened = Session.open(platform, passphrase)
        session = opened
        val profile = opened.query { vault, _ -> vault.profile() }
        update { it.copy(profile = profile) }
        null
    }

    suspend fun changePassphrase(passphrase: String) = act {
        session?.changePassphrase(passphrase)
        null
    }

    /** Forgets the keys. */
    suspend fun lock() = act {
        session?.close()
        session = null
        update { it.copy(profile = null) }
        null
    }
}
