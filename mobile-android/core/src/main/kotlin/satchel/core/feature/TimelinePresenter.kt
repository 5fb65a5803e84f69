package satchel.core.feature

import satchel.core.RecordDraft
import satchel.core.RecordQuery
import satchel.core.RecordSummary
import satchel.core.Vault
import satchel.core.session.Session

data class TimelineContent(
    val records: List<RecordSummary> = emptyList(),
    val query: RecordQuery = everything,
)

/** A search that finds everything. */
val everything = RecordQuery(text = null, code = null, categories = emptyList(), from = null, until = null, author = null)

/** The own records in the order of time. */
class TimelinePresenter(
    session: Session,
) : VaultPresenter<TimelineContent>(session, "timeline", TimelineContent()) {
    override fun isEmpty(content: TimelineContent) = content.records.isEmpty()

    override fun read(vault: Vault, now: ULong, before: TimelineContent) =
        before.copy(records = vault.records(before.query))

    suspend fun search(query: RecordQuery) = act {
        update { it.copy(query = query) }
        refresh()
        null
    }

    suspend fun hide(record: String, hidden: Boolean) = command { vault, now -> vault.hideRecord(record, hidden, now) }

    suspend fun add(draft: RecordDraft) = command { vault, now -> vault.addRecord(draft, now) }
}
