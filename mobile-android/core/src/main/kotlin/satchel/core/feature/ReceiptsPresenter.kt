package satchel.core.feature

import satchel.core.ReceiptView
import satchel.core.Vault
import satchel.core.session.Session

data class ReceiptsContent(
    val receipts: List<ReceiptView> = emptyList(),
)

/** Who said to have opened what, and when. */
class ReceiptsPresenter(
    session: Session,
) : VaultPresenter<ReceiptsContent>(session, "receipts", ReceiptsContent()) {
    override fun isEmpty(content: ReceiptsContent) = content.receipts.isEmpty()

    override fun read(vault: Vault, now: ULong, before: ReceiptsContent) = ReceiptsContent(vault.receipts())
}
