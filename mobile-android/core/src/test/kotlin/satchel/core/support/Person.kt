package satchel.core.support

import kotlin.test.assertEquals
import kotlin.test.assertNull
import satchel.core.OfferRequest
import satchel.core.OfferRight
import satchel.core.OfferView
import satchel.core.RecordView
import satchel.core.feature.AppointmentsPresenter
import satchel.core.feature.AttachmentPresenter
import satchel.core.feature.BlocksPresenter
import satchel.core.feature.CreatePresenter
import satchel.core.feature.ExportPresenter
import satchel.core.feature.GrantsPresenter
import satchel.core.feature.HomePresenter
import satchel.core.feature.ImportPresenter
import satchel.core.feature.LaboratoryPresenter
import satchel.core.feature.MedicinesPresenter
import satchel.core.feature.Outcome
import satchel.core.feature.PatientsPresenter
import satchel.core.feature.ReceiptsPresenter
import satchel.core.feature.ResultPresenter
import satchel.core.feature.ScanPresenter
import satchel.core.feature.SharePresenter
import satchel.core.feature.TimelinePresenter
import satchel.core.feature.TrustPresenter
import satchel.core.feature.UnlockPresenter
import satchel.core.feature.UploadPresenter
import satchel.core.feature.WritePresenter
import satchel.core.platform.Platform
import satchel.core.session.Session

const val PASSPHRASE = "correct horse battery"
const val DAY = 86_400uL

/** All presenters over one open vault. */
class Screens(
    val session: Session,
) {
    val home = HomePresenter(session)
    val timeline = TimelinePresenter(session)
    val result = ResultPresenter(session)
    val medicines = MedicinesPresenter(session)
    val appointments = AppointmentsPresenter(session)
    val share = SharePresenter(session)
    val grants = GrantsPresenter(session)
    val receipts = ReceiptsPresenter(session)
    val blocks = BlocksPresenter(session)
    val scan = ScanPresenter(session)
    val patients = PatientsPresenter(session)
    val write = WritePresenter(session)
    val laboratory = LaboratoryPresenter(session)
    val upload = UploadPresenter(session)
    val attachment = AttachmentPresenter(session)
    val import = ImportPresenter(session)
    val export = ExportPresenter(session)
    val trust = TrustPresenter(session)
}

/** Somebody with a vault in a folder, seen through presenters. */
class Person private constructor(
    private val platform: Platform,
    session: Session,
    /** The words of the kit, until the test drops them. */
    val kit: List<String>,
) {
    val folder get() = platform.folder

    /** The code that was shown last. */
    var code = ""
    var on = Screens(session)
        private set

    suspend fun sync() = on.home.sync().ok()

    /** A restart: everything in memory is gone, the vault is opened from its storage. */
    suspend fun restart() {
        on.session.close()
        open()
    }

    fun stop() = on.session.close()

    suspend fun open() {
        val unlock = UnlockPresenter(platform)
        unlock.unlock(PASSPHRASE).ok()
        on = Screens(unlock.session!!)
    }

    /** Whether the core has told this, since the last exchange. */
    fun wasTold(kind: String) = on.home.state.value.shown.any { it.kind == kind }

    companion object {
        suspend fun create(role: String, name: String, relay: String): Person {
            val platform = Platform(scratch().resolve("vault"))
            val create = CreatePresenter(platform)
            create.create(role, name, relay, PASSPHRASE).ok()
            val kit = create.state.value.content.kit
            create.forgetKit().ok()
            return Person(platform, create.session!!, kit).also { it.sync() }
        }
    }
}

fun Outcome.ok(): String? {
    assertNull(problem)
    return created
}

fun Outcome.refused(code: String) = assertEquals(code, problem?.code)

suspend fun syncAll(vararg people: Person) = people.forEach { it.sync() }

fun offerOf(categories: List<String>, vararg rights: String = arrayOf("read", "append", "order")) = OfferRequest(
    categories = categories,
    records = emptyList(),
    from = null,
    until = null,
    ongoing = true,
    rights = rights.map { OfferRight(it, DAY) },
    hidden = emptyList(),
    lifetime = 600uL,
)

/** The patient shows a code and the other takes it; gives the offer as the patient sees it then. */
suspend fun claimed(patient: Person, other: Person, request: OfferRequest): OfferView {
    val id = patient.on.share.offer(request).ok()!!
    patient.sync()
    patient.on.share.load().ok()
    val code = patient.offer(id).url!!
    patient.code = code
    other.on.scan.look(code).ok()
    assertEquals(id, other.on.scan.state.value.content.preview?.offer)
    other.on.scan.claim(code, "TREAT").ok()
    syncAll(other, patient, other)
    patient.on.share.load().ok()
    other.on.scan.load().ok()
    return patient.offer(id)
}

fun Person.offer(id: String) = on.share.state.value.content.offers.first { it.id == id }

fun Person.claim(id: String) = on.scan.state.value.content.claims.first { it.id == id }

/** Fetches and opens every record under a grant and gives them in full. */
suspend fun Person.readAll(grant: String): List<RecordView> {
    on.patients.choose(grant).ok()
    val ids = on.patients.state.value.content.records.map { it.id }
    on.patients.fetch(grant, ids).ok()
    sync()
    on.patients.open(grant, ids).ok()
    return ids.map {
        on.patients.show(grant, it).ok()
        on.patients.state.value.content.record!!
    }
}

/** The organization vouches for somebody. */
suspend fun vouch(clinic: Session, member: Person, role: String) {
    member.on.trust.request().ok()
    val request = member.on.trust.state.value.content.request!!
    val id = clinic.command { vault, now -> vault.vouch(request, role, "L-123", 365u, now) }.created!!
    clinic.sync()
    member.on.trust.accept(clinic.query { vault, _ -> vault.credential(id) }).ok()
    member.sync()
}
