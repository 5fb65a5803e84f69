package satchel.core.feature

import satchel.core.CredentialView
import satchel.core.TrustedView
import satchel.core.Vault
import satchel.core.session.Session

class TrustContent(
    val trusted: List<TrustedView> = emptyList(),
    val credentials: List<CredentialView> = emptyList(),
    /** What an organization needs in order to vouch for this person. */
    val request: ByteArray? = null,
)

/** Whom this person trusts to vouch, and who vouches for this person. */
class TrustPresenter(
    session: Session,
) : VaultPresenter<TrustContent>(session, "trust", TrustContent()) {
    override fun isEmpty(content: TrustContent) =
        content.trusted.isEmpty() && content.credentials.isEmpty() && content.request == null

    override fun read(vault: Vault, now: ULong, before: TrustContent) =
        TrustContent(vault.trusted(), vault.credentials(now), before.request)

    suspend fun trust(card: ByteArray) = command { vault, now -> vault.trustCard(card, now) }

    suspend fun untrust(organization: String) = command { vault, now -> vault.untrust(organization, now) }

    suspend fun request() = act {
        val request = session.query { vault, now -> vault.credentialRequest(now) }
        update { TrustContent(it.trusted, it.credentials, request) }
        null
    }

    suspend fun accept(credential: ByteArray) = command { vault, now -> vault.acceptCredential(credential, now) }
}
