package satchel.core.feature

import kotlin.time.Duration.Companion.seconds
import satchel.core.OutboxView
import satchel.core.Profile
import satchel.core.Vault
import satchel.core.session.Session

data class HomeContent(
    val profile: Profile? = null,
    /** What waits to be sent. */
    val outbox: List<OutboxView> = emptyList(),
)

/** How the vault stands, and the exchange with the relay. */
class HomePresenter(
    session: Session,
) : VaultPresenter<HomeContent>(session, "home", HomeContent()) {
    override fun isEmpty(content: HomeContent) = content.profile == null

    override fun read(vault: Vault, now: ULong, before: HomeContent) = HomeContent(vault.profile(), vault.outbox())

    /** Sends everything and takes all news. */
    suspend fun sync() = exchange { session.sync() }

    /** Stays for news. */
    suspend fun watch(seconds: UInt) = exchange { session.watch(seconds.toInt().seconds) }

    /** Tries again at once what stopped or waits. */
    suspend fun retry() = command { vault, now -> vault.retry(now) }

    suspend fun cancelOutbox(id: String) = command { vault, now -> vault.cancelOutbox(id, now) }
}
