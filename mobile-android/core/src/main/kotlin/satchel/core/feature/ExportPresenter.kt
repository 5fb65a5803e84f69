package satchel.core.feature

import satchel.core.JobView
import satchel.core.Vault
import satchel.core.Verification
import satchel.core.session.Session

class ExportContent(
    /** What anybody can verify, without relay and vault. */
    val file: ByteArray? = null,
    /** How far the file is, while it is made. */
    val progress: JobView? = null,
    val verification: Verification? = null,
)

/** A file of chosen records or of the whole chain, and the verification of such a file. */
class ExportPresenter(
    private val vault: Session,
) : Presenter<ExportContent>("export", ExportContent()) {
    override val session get() = vault

    override fun isEmpty(content: ExportContent) = content.file == null && content.verification == null

    suspend fun records(records: List<String>) = act {
        make { it.startExportRecords(records) }
        null
    }

    suspend fun whole() = act {
        make { it.startExportAll() }
        null
    }

    /** [trusted] are lines of organizations, as the trust list has them. */
    suspend fun verify(file: ByteArray, trusted: String) = act {
        update { ExportContent(it.file) }
        try {
            val now = session.now()
            val verification = session.work({ it.startVerification(file, trusted, now) }, { vault, job, _ -> vault.takeVerification(job) }) { job ->
                update { ExportContent(it.file, progress = job) }
            }
            update { ExportContent(it.file, verification = verification) }
        } finally {
            update { ExportContent(it.file, verification = it.verification) }
        }
        null
    }

    /** Some blocks at a time; whoever cancels it has it stopped at once. */
    private suspend fun make(start: (Vault) -> JobView) {
        update { ExportContent() }
        try {
            val file = session.work(start, { vault, job, now -> vault.takeExport(job, now) }) { job ->
                update { ExportContent(progress = job) }
            }
            update { ExportContent(file) }
        } finally {
            update { ExportContent(it.file, verification = it.verification) }
        }
    }
}
