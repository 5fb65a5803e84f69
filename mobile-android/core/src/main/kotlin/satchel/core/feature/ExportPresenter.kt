package satchel.core.feature

import satchel.core.Verification
import satchel.core.session.Session
import satchel.core.verifyExport

class ExportContent(
    /** What anybody can verify, without relay and vault. */
    val file: ByteArray? = null,
    val verification: Verification? = null,
)

/** A file of chosen records or of the whole chain, and the verification of such a file. */
class ExportPresenter(
    private val vault: Session,
) : Presenter<ExportContent>("export", ExportContent()) {
    override val session get() = vault

    override fun isEmpty(content: ExportContent) = content.file == null && content.verification == null

    suspend fun records(records: List<String>) = act {
        val file = session.query { vault, now -> vault.exportRecords(records, now) }
        update { ExportContent(file) }
        null
    }

    suspend fun whole() = act {
        val file = session.query { vault, now -> vault.exportAll(now) }
        update { ExportContent(file) }
        null
    }

    /** [trusted] are lines of organizations, as the trust list has them. */
    suspend fun verify(file: ByteArray, trusted: String) = act {
        val verification = session.query { _, now -> verifyExport(file, trusted, now) }
        update { ExportContent(it.file, verification) }
        null
    }
}
