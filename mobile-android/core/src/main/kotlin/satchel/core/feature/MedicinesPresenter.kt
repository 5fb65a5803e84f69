package satchel.core.feature

import satchel.core.MedicineDraft
import satchel.core.RecordSummary
import satchel.core.Vault
import satchel.core.session.Session

data class MedicinesContent(
    val medicines: List<RecordSummary> = emptyList(),
)

/** What is taken and what was prescribed. */
class MedicinesPresenter(
    session: Session,
) : VaultPresenter<MedicinesContent>(session, "medicines", MedicinesContent()) {
    override fun isEmpty(content: MedicinesContent) = content.medicines.isEmpty()

    override fun read(vault: Vault, now: ULong, before: MedicinesContent) =
        MedicinesContent(vault.records(everything.copy(categories = listOf("medication"))))

    suspend fun add(draft: MedicineDraft) = command { vault, now -> vault.addMedicine(draft, now) }
}
