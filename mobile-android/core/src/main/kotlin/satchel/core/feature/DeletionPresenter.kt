package satchel.core.feature

import satchel.core.DeletionRequestView
import satchel.core.DeletionView
import satchel.core.Vault
import satchel.core.session.Session

data class DeletionContent(
    /** What this patient asked for, and what was answered. */
    val asked: List<DeletionView> = emptyList(),
    /** What patients ask of this holder. */
    val requests: List<DeletionRequestView> = emptyList(),
)

/** Asking that what a grant gave be deleted, and answering it. */
class DeletionPresenter(
    session: Session,
) : VaultPresenter<DeletionContent>(session, "deletion", DeletionContent()) {
    override fun isEmpty(content: DeletionContent) = content.asked.isEmpty() && content.requests.isEmpty()

    override fun read(vault: Vault, now: ULong, before: DeletionContent) =
        DeletionContent(vault.deletions(), vault.deletionRequests())

    suspend fun ask(grant: String, revoke: Boolean) = command { vault, now -> vault.askDeletion(grant, revoke, now) }

    suspend fun delete(grant: String) = command { vault, now -> vault.deleteAccess(grant, now) }

    suspend fun refuse(grant: String, reason: String, text: String? = null) =
        command { vault, now -> vault.refuseDeletion(grant, reason, text, now) }
}
