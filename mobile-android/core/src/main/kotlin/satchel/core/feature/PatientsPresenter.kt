package satchel.core.feature

import satchel.core.AccessView
import satchel.core.CopyView
import satchel.core.RecordQuery
import satchel.core.RecordSummary
import satchel.core.RecordView
import satchel.core.Vault
import satchel.core.session.Session

data class PatientsContent(
    val accesses: List<AccessView> = emptyList(),
    /** Of the grant that was chosen. */
    val records: List<RecordSummary> = emptyList(),
    /** Answers that laboratories sent directly. */
    val copies: List<CopyView> = emptyList(),
    /** The one that is read. */
    val record: RecordView? = null,
    val chosen: String? = null,
    /** What was searched for among the records of that grant. */
    val query: RecordQuery = everything,
)

/** What patients share with this practitioner or laboratory. Opening leaves a receipt. */
class PatientsPresenter(
    session: Session,
) : VaultPresenter<PatientsContent>(session, "patients", PatientsContent()) {
    override fun isEmpty(content: PatientsContent) = content.accesses.isEmpty()

    override fun read(vault: Vault, now: ULong, before: PatientsContent) = before.copy(
        accesses = vault.accesses(now),
        records = before.chosen?.let { vault.sharedRecords(it, before.query) }.orEmpty(),
        copies = vault.copies(),
    )

    suspend fun choose(grant: String) = act {
        val records = session.query { vault, _ -> vault.sharedRecords(grant, everything) }
        update { it.copy(chosen = grant, query = everything, records = records, record = null) }
        refresh()
        null
    }

    /** Searches the records of the grant that was chosen; what is shown stays when the search is refused. */
    suspend fun search(query: RecordQuery) = act {
        val records = session.query { vault, _ -> content.chosen?.let { vault.sharedRecords(it, query) } }.orEmpty()
        update { it.copy(query = query, records = records) }
        null
    }

    /** They are here after the next exchange with the relay. */
    suspend fun fetch(grant: String, records: List<String>) =
        command { vault, now -> vault.fetchShared(grant, records, now) }

    suspend fun open(grant: String, records: List<String>) =
        command { vault, now -> vault.openShared(grant, records, now) }

    suspend fun show(grant: String, record: String) = act {
        val view = session.query { vault, now -> vault.sharedRecord(grant, record, now) }
        update { it.copy(record = view) }
        null
    }

    suspend fun openCopy(grant: String, record: String) =
        command { vault, now -> vault.openCopy(grant, record, now) }

    suspend fun showCopy(grant: String, record: String) = act {
        val view = session.query { vault, now -> vault.copiedRecord(grant, record, now) }
        update { it.copy(record = view) }
        null
    }
}
