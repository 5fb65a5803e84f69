package satchel.core.feature

import satchel.core.LabRequestDraft
import satchel.core.PrescriptionDraft
import satchel.core.ReportDraft
import satchel.core.SubmissionView
import satchel.core.Vault
import satchel.core.session.Session

data class WriteContent(
    /** What was written, and whether the patient's wallet has filed it. */
    val submissions: List<SubmissionView> = emptyList(),
)

/** A doctor writes into a patient's record. */
class WritePresenter(
    session: Session,
) : VaultPresenter<WriteContent>(session, "write", WriteContent()) {
    override fun isEmpty(content: WriteContent) = content.submissions.isEmpty()

    override fun read(vault: Vault, now: ULong, before: WriteContent) = WriteContent(vault.submissions())

    suspend fun report(grant: String, draft: ReportDraft) = command { vault, now -> vault.writeReport(grant, draft, now) }

    suspend fun prescription(grant: String, draft: PrescriptionDraft) =
        command { vault, now -> vault.writePrescription(grant, draft, now) }

    suspend fun labRequest(grant: String, draft: LabRequestDraft) =
        command { vault, now -> vault.writeLabRequest(grant, draft, now) }

    suspend fun resend(record: String) = command { vault, now -> vault.resend(record, now) }
}
