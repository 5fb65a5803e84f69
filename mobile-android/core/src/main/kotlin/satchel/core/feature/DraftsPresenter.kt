package satchel.core.feature

import satchel.core.DraftContent
import satchel.core.DraftView
import satchel.core.Vault
import satchel.core.session.Session

data class DraftsContent(
    val drafts: List<DraftView> = emptyList(),
    /** The one that was opened. */
    val draft: DraftContent? = null,
)

/** Forms that were begun. They are sealed on this device and never sent. */
class DraftsPresenter(
    session: Session,
) : VaultPresenter<DraftsContent>(session, "drafts", DraftsContent()) {
    override fun isEmpty(content: DraftsContent) = content.drafts.isEmpty()

    override fun read(vault: Vault, now: ULong, before: DraftsContent) = before.copy(drafts = vault.drafts())

    suspend fun open(id: String) = act {
        val draft = session.query { vault, _ -> vault.draft(id) }
        update { it.copy(draft = draft) }
        null
    }

    /** Saves a form anew, or over the draft of that [id]. */
    suspend fun save(draft: DraftContent, id: String? = null) = command { vault, now -> vault.saveDraft(id, draft, now) }

    suspend fun discard(id: String) = command { vault, now -> vault.discardDraft(id, now) }
}
