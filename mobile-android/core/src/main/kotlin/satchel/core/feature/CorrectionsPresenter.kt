package satchel.core.feature

import satchel.core.CorrectionView
import satchel.core.ErasureView
import satchel.core.Vault
import satchel.core.session.Session

data class CorrectionsContent(
    val corrections: List<CorrectionView> = emptyList(),
    val erasures: List<ErasureView> = emptyList(),
)

/** What was corrected, withdrawn or erased, by whom and why, and who had read the old version. */
class CorrectionsPresenter(
    session: Session,
) : VaultPresenter<CorrectionsContent>(session, "corrections", CorrectionsContent()) {
    override fun isEmpty(content: CorrectionsContent) = content.corrections.isEmpty() && content.erasures.isEmpty()

    override fun read(vault: Vault, now: ULong, before: CorrectionsContent) =
        CorrectionsContent(vault.corrections(), vault.erasures())

    /** A practitioner or laboratory corrects what it wrote; [fhir] is the whole document as it should have been. */
    suspend fun correct(record: String, fhir: ByteArray, reason: String) =
        command { vault, now -> vault.correctRecord(record, fhir, reason, now) }

    /** A practitioner or laboratory withdraws what it wrote. */
    suspend fun withdraw(record: String, reason: String) = command { vault, now -> vault.withdrawRecord(record, reason, now) }

    /** A patient marks an own entry as entered in error. */
    suspend fun mark(record: String, reason: String) = command { vault, now -> vault.markEnteredInError(record, reason, now) }

    /** A patient erases a record for ever; its block stays. */
    suspend fun erase(record: String) = command { vault, now -> vault.eraseRecord(record, now) }
}
