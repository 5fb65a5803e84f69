package satchel.core.feature

import satchel.core.AllergyDraft
import satchel.core.ConditionDraft
import satchel.core.ContactDraft
import satchel.core.ImmunizationDraft
import satchel.core.MeasurementDraft
import satchel.core.PatientDraft
import satchel.core.Vault
import satchel.core.WishDraft
import satchel.core.session.Session

data class OwnContent(
    /** Who the patient is, as last entered. */
    val person: PatientDraft? = null,
)

/** What patients enter about themselves. Medicines are entered where they are shown. */
class OwnPresenter(
    session: Session,
) : VaultPresenter<OwnContent>(session, "own", OwnContent()) {
    override fun isEmpty(content: OwnContent) = content.person == null

    override fun read(vault: Vault, now: ULong, before: OwnContent) = OwnContent(vault.demographics())

    suspend fun measurement(draft: MeasurementDraft) = command { vault, now -> vault.addMeasurement(draft, now) }

    suspend fun allergy(draft: AllergyDraft) = command { vault, now -> vault.addAllergy(draft, now) }

    suspend fun condition(draft: ConditionDraft) = command { vault, now -> vault.addCondition(draft, now) }

    suspend fun immunization(draft: ImmunizationDraft) = command { vault, now -> vault.addImmunization(draft, now) }

    suspend fun person(draft: PatientDraft) = command { vault, now -> vault.setDemographics(draft, now) }

    /** Somebody to call in an emergency. */
    suspend fun contact(contact: ContactDraft) = command { vault, now -> vault.addEmergencyContact(contact, now) }

    suspend fun wish(draft: WishDraft) = command { vault, now -> vault.addWish(draft, now) }
}
