package satchel.core.feature

import satchel.core.Profile
import satchel.core.Setup
import satchel.core.platform.Platform
import satchel.core.session.Session

/** The words of the kit are here until [CreatePresenter.forgetKit]. */
data class CreateContent(
    val kit: List<String> = emptyList(),
    val profile: Profile? = null,
)

/** A new vault, and the words that must be written down. */
class CreatePresenter(
    private val platform: Platform,
) : Presenter<CreateContent>("create", CreateContent()) {
    override var session: Session? = null
        private set

    override fun isEmpty(content: CreateContent) = content.profile == null

    suspend fun create(role: String, name: String, relay: String, passphrase: String, token: String? = null) = act {
        val made = Session.create(platform, Setup(role, name, relay, token), passphrase)
        session = made
        val content = made.query { vault, _ -> CreateContent(vault.kit(), vault.profile()) }
        update { content }
        null
    }

    /** The words are written down: neither the vault nor this screen keeps them. */
    suspend fun forgetKit() = act {
        val profile = session?.query { vault, _ ->
            vault.forgetKit()
            vault.profile()
        }
        update { CreateContent(profile = profile) }
        null
    }
}
