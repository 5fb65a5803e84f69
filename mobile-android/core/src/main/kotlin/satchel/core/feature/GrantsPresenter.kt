package satchel.core.feature

import satchel.core.DeliveryView
import satchel.core.GrantView
import satchel.core.NarrowRequest
import satchel.core.OfferRight
import satchel.core.Vault
import satchel.core.session.Session

data class GrantsContent(
    val grants: List<GrantView> = emptyList(),
    /** What was fetched under the grant that was asked about last. */
    val deliveries: List<DeliveryView> = emptyList(),
    val asked: String? = null,
)

/** Who may see what until when. A grant reads as stopped only after the relay confirmed it. */
class GrantsPresenter(
    session: Session,
) : VaultPresenter<GrantsContent>(session, "grants", GrantsContent()) {
    override fun isEmpty(content: GrantsContent) = content.grants.isEmpty()

    override fun read(vault: Vault, now: ULong, before: GrantsContent) =
        before.copy(grants = vault.grants(now), deliveries = before.asked?.let(vault::deliveries).orEmpty())

    suspend fun revoke(grant: String) = command { vault, now -> vault.revokeGrant(grant, now) }

    /** Keeps a grant that stood when the words brought this device back; the other answer is [revoke]. */
    suspend fun keep(grant: String) = command { vault, now -> vault.keepGrant(grant, now) }

    suspend fun pause(grant: String) = command { vault, now -> vault.pauseGrant(grant, now) }

    suspend fun resume(grant: String) = command { vault, now -> vault.resumeGrant(grant, now) }

    suspend fun renew(grant: String, rights: List<OfferRight>) =
        command { vault, now -> vault.renewGrant(grant, rights, now) }

    suspend fun narrow(grant: String, request: NarrowRequest) =
        command { vault, now -> vault.narrowGrant(grant, request, now) }

    /** How many bytes of files the holder may send, all together. */
    suspend fun allowFiles(grant: String, bytes: ULong) = command { vault, now -> vault.allowFiles(grant, bytes, now) }

    /** The answer is there after the next exchange with the relay. */
    suspend fun askDeliveries(grant: String): Outcome {
        val outcome = command { vault, now -> vault.fetchDeliveries(grant, now) }
        if (outcome.ok) update { it.copy(asked = grant) }
        return outcome
    }
}
