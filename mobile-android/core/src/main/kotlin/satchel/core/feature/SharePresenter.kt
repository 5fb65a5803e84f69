package satchel.core.feature

import satchel.core.CopyPermissionView
import satchel.core.OfferRequest
import satchel.core.OfferView
import satchel.core.Vault
import satchel.core.session.Session

data class ShareContent(
    val offers: List<OfferView> = emptyList(),
    val copies: List<CopyPermissionView> = emptyList(),
)

/** The patient shows a code, sees who claimed it, compares the symbols and confirms. */
class SharePresenter(
    session: Session,
) : VaultPresenter<ShareContent>(session, "share", ShareContent()) {
    override fun isEmpty(content: ShareContent) = content.offers.isEmpty()

    override fun read(vault: Vault, now: ULong, before: ShareContent) =
        ShareContent(vault.offers(now), vault.copyPermissions())

    suspend fun offer(request: OfferRequest) = command { vault, now -> vault.offer(request, now) }

    /** [symbols] are the row that was picked, where nobody vouches for the claimant. */
    suspend fun confirm(offer: String, symbols: List<String>? = null) =
        command { vault, now -> vault.confirm(offer, symbols, now) }

    suspend fun decline(offer: String) = command { vault, now -> vault.decline(offer, now) }

    /** Lets a laboratory send its answer to the ordering doctor too. */
    suspend fun allowCopy(labGrant: String, request: String, recipientGrant: String, days: UInt) =
        command { vault, now -> vault.allowCopy(labGrant, request, recipientGrant, days, now) }

    suspend fun endCopy(permission: String) = command { vault, now -> vault.endCopy(permission, now) }
}
