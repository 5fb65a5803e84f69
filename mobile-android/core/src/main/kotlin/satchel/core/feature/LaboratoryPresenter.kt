package satchel.core.feature

import satchel.core.FileDraft
import satchel.core.OrderStateDraft
import satchel.core.OrderView
import satchel.core.ResultDraft
import satchel.core.SpecimenView
import satchel.core.SubmissionView
import satchel.core.Vault
import satchel.core.session.Session

data class LaboratoryContent(
    val orders: List<OrderView> = emptyList(),
    val submissions: List<SubmissionView> = emptyList(),
    /** What was collected for the request that was looked at last. */
    val specimens: List<SpecimenView> = emptyList(),
)

/** A laboratory's requests, their states, and the results with what is attached. */
class LaboratoryPresenter(
    session: Session,
) : VaultPresenter<LaboratoryContent>(session, "laboratory", LaboratoryContent()) {
    override fun isEmpty(content: LaboratoryContent) = content.orders.isEmpty() && content.submissions.isEmpty()

    override fun read(vault: Vault, now: ULong, before: LaboratoryContent) =
        before.copy(orders = vault.orders(), submissions = vault.submissions())

    suspend fun setState(grant: String, request: String, draft: OrderStateDraft) =
        command { vault, now -> vault.setOrderState(grant, request, draft, now) }

    suspend fun specimens(request: String) = act {
        val specimens = session.query { vault, _ -> vault.orderSpecimens(request) }
        update { it.copy(specimens = specimens) }
        null
    }

    /** The result that is entered next carries these files; an empty list takes them back. */
    suspend fun attach(files: List<FileDraft>) = act {
        session.query { vault, _ -> vault.attachFiles(files) }
        null
    }

    suspend fun enter(grant: String, request: String?, draft: ResultDraft) =
        command { vault, now -> vault.writeResult(grant, request, draft, now) }
}
