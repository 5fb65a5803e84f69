package satchel.core.feature

import satchel.core.ClaimView
import satchel.core.Preview
import satchel.core.Vault
import satchel.core.session.Session

data class ScanContent(
    /** What the code is, before anything is claimed. */
    val preview: Preview? = null,
    val claims: List<ClaimView> = emptyList(),
)

/** The doctor or laboratory takes a patient's code. Looking claims nothing. */
class ScanPresenter(
    session: Session,
) : VaultPresenter<ScanContent>(session, "scan", ScanContent()) {
    override fun isEmpty(content: ScanContent) = content.preview == null && content.claims.isEmpty()

    override fun read(vault: Vault, now: ULong, before: ScanContent) = before.copy(claims = vault.claims())

    suspend fun look(code: String) = act {
        val preview = session.query { vault, _ -> vault.previewCode(code) }
        update { it.copy(preview = preview) }
        null
    }

    suspend fun claim(code: String, purpose: String) = command { vault, now -> vault.claim(code, purpose, now) }
}
