package satchel.core

import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertNotEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.test.assertFailsWith
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import satchel.core.feature.RecoverPresenter
import satchel.core.platform.Platform
import satchel.core.session.Session
import satchel.core.support.DAY
import satchel.core.support.Group
import satchel.core.support.PASSPHRASE
import satchel.core.support.Person
import satchel.core.support.RelayProcess
import satchel.core.support.claim
import satchel.core.support.claimed
import satchel.core.support.offer
import satchel.core.support.offerOf
import satchel.core.support.ok
import satchel.core.support.readAll
import satchel.core.support.refused
import satchel.core.support.scratch
import satchel.core.support.syncAll
import satchel.core.support.vouch

private fun hemoglobin(value: String, date: String) = """{"resourceType":"Observation","status":"final",
"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
"code":{"coding":[{"system":"http://loinc.org","code":"718-7","display":"Hemoglobin"}],"text":"Hemoglobin"},
"effectiveDateTime":"$date","valueQuantity":{"value":$value,"unit":"g/dL","system":"http://unitsofmeasure.org","code":"g/dL"}}""".toByteArray()

private val CONDITION = """{"resourceType":"Condition","clinicalStatus":{"coding":[{"system":
"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct",
"code":"38341003","display":"Hypertension"}],"text":"Hypertension"},"subject":{"reference":"urn:uuid:0a0a0a0a-0000-4000-8000-000000000001"},
"onsetDateTime":"2019"}"""

private val iron = PrescriptionDraft(
    medicine = "Ferrous sulfate 200 mg", system = null, code = null, dosage = dosage("One tablet a day"), quantity = null, quantityUnit = null,
    refills = null, validFrom = null, validUntil = null, substitution = null, reason = null, note = null, supersedes = null, correction = null,
)

private fun dosage(instruction: String) = DosageDraft(
    instruction = instruction, dose = "1", doseUnit = "tablet", doseUcum = null, route = null, frequency = 1u, period = null, periodUnit = null,
    `when` = emptyList(), asNeeded = false, duration = null, durationUnit = null,
)

private fun report(title: String) = ReportDraft(
    title = title, kind = null, reason = "Tired", findings = null, assessment = "Anaemia", plan = "Iron", supersedes = null, correction = null,
)

private val request = LabRequestDraft(
    tests = listOf(TestDraft(null, "718-7", "Hemoglobin")), priority = "routine", laboratory = null, wanted = null, reason = "Anaemia",
    instruction = null, note = null, supersedes = null, correction = null,
)

internal fun resultOf(value: String, supersedes: String? = null) = ResultDraft(
    panel = "Blood count", system = null, code = "58410-2", status = null, number = null, specimen = "blood", specimens = emptyList(),
    collected = null, conclusion = null, supersedes = supersedes, correction = supersedes?.let { "The sample was exchanged" },
    values = listOf(
        ResultValue(
            name = "Hemoglobin", system = null, code = "718-7", value = value, comparator = null, unit = "g/dL", ucum = null, low = "12.0",
            high = "15.5", rangeText = null, level = null, criticalLow = null, criticalHigh = null, specimen = null, absent = null, note = null,
        ),
    ),
)

private fun values(view: RecordView) = view.parts.flatMap { it.values }.map { listOf(it.value, it.unit, it.low, it.high, it.level) }

/** Flows 2 and 3 in presenters, over a real relay. */
val consultationTests = Group("consultation") {
    lateinit var relay: RelayProcess
    lateinit var asha: Person
    lateinit var rao: Person
    lateinit var lab: Person
    lateinit var clinic: Session
    var grant = ""
    var labGrant = ""
    var requestId = ""
    var resultId = ""
    after { relay.close() }

    test("four people begin, and the clinic vouches for two of them") {
        relay = RelayProcess()
        asha = Person.create("patient", "Asha", relay.url)
        rao = Person.create("practitioner", "Dr Rao", relay.url)
        lab = Person.create("laboratory", "City Lab", relay.url)
        clinic = Session.create(Platform(scratch().resolve("vault")), Setup("organization", "City Clinic", relay.url, null), PASSPHRASE)
        clinic.sync()
        for (person in listOf(asha, rao, lab)) {
            val profile = person.on.home.state.value.content.profile!!
            assertEquals(Triple("ready", 0u, emptyList()), Triple(profile.stage, profile.outbox, profile.stopped))
        }
        vouch(clinic, rao, "practitioner")
        vouch(clinic, lab, "laboratory")
        assertEquals("laboratory", lab.on.trust.state.value.content.credentials.single().role)
        val card = clinic.query { vault, _ -> vault.organizationCard() }
        val flipped = card.copyOf().also { it[it.size / 2] = (it[it.size / 2].toInt() xor 1).toByte() }
        assertNotNull(asha.on.trust.trust(flipped).problem)
        for (person in listOf(asha, rao)) {
            person.on.trust.trust(card).ok()
            person.sync()
            assertEquals("City Clinic", person.on.trust.state.value.content.trusted.single().name)
        }
    }

    test("the patient files her own data and an import, and sees a trend") {
        asha.on.timeline.add(RecordDraft(hemoglobin("9.8", "2026-11-20"), null, null)).ok()
        asha.on.timeline.add(RecordDraft(hemoglobin("11.2", "2025-11-20"), null, null)).ok()
        asha.on.timeline.add(RecordDraft("{".toByteArray(), null, null)).problem.also { assertNotNull(it) }
        val medicine = MedicineDraft(
            medicine = "Vitamin D", system = null, code = null, status = null, since = "2026", until = null, dosage = dosage("Mornings"), note = null,
            supersedes = null,
        )
        asha.on.medicines.add(medicine).ok()
        assertEquals("Vitamin D", asha.on.medicines.state.value.content.medicines.single().title)
        val observation = String(hemoglobin("9.8", "2026-11-20"))
        val bundle = """{"resourceType":"Bundle","type":"collection","entry":[{"resource":$observation},{"resource":$CONDITION}]}"""
        asha.on.import.look("nonsense".toByteArray()).also { assertTrue(it.problem!!.code.startsWith("import.") || it.problem!!.code.startsWith("read.")) }
        asha.on.import.look(bundle.toByteArray()).ok()
        val candidates = asha.on.import.state.value.content.candidates
        assertNotNull(candidates.first().duplicate, "the same value again is found")
        asha.on.import.take(candidates.filter { it.duplicate == null }.map { it.index }).ok()
        asha.sync()
        asha.on.timeline.load().ok()
        assertEquals(4, asha.on.timeline.state.value.content.records.size)
        asha.on.timeline.search(asha.on.timeline.state.value.content.query.copy(code = "718-7")).ok()
        val found = asha.on.timeline.state.value.content.records
        assertEquals(2, found.size)
        asha.on.result.load(found.first().id).ok()
        val trend = asha.on.result.state.value.content.trend
        assertEquals(listOf("11.2", "9.8"), trend.map { it.value })
        assertEquals(listOf("718-7"), trend.map { it.code }.distinct())
        asha.on.result.load("nothing").refused("vault.not_found")
    }

    test("an appointment is asked for and booked") {
        rao.on.appointments.openIntake().ok()
        rao.sync()
        rao.on.appointments.load().ok()
        val contact = rao.on.appointments.state.value.content.contact!!
        val start = asha.on.session.now() + DAY
        val time = AppointmentTime(start, start + 1800uL)
        val id = asha.on.appointments.ask(AppointmentRequest(contact, "Tired", null, listOf(time))).ok()!!
        syncAll(asha, rao)
        rao.on.appointments.load().ok()
        val asked = rao.on.appointments.state.value.content.appointments.single()
        assertEquals("asked" to "Tired", asked.stage to asked.reason)
        rao.on.appointments.offer(asked.id, listOf(time)).ok()
        syncAll(rao, asha)
        asha.on.appointments.accept(id, 7u).refused("appointment.time")
        asha.on.appointments.accept(id, 0u).ok()
        syncAll(asha, rao, asha)
        asha.on.appointments.load().ok()
        val booked = asha.on.appointments.state.value.content.appointments.single()
        assertEquals("booked" to time, booked.stage to booked.booked)
    }

    test("an offer is claimed by the doctor alone, through a restart, and confirmed") {
        val offer = claimed(asha, rao, offerOf(listOf("laboratory", "visit", "order", "medication")))
        val thief = Person.create("practitioner", "Dr Rao", relay.url)
        thief.on.scan.claim(asha.code, "TREAT").ok()
        thief.sync()
        thief.on.scan.load().ok()
        assertEquals("failed" to "offer.claimed", thief.claim(offer.id).let { it.stage to it.reason })
        asha.restart()
        rao.restart()
        syncAll(asha, rao)
        assertTrue(asha.wasTold("show.second_claim"))
        asha.on.share.load().ok()
        rao.on.scan.load().ok()
        val seen = asha.offer(offer.id)
        assertEquals(1u, seen.attempts)
        assertEquals(Triple("Dr Rao", "trusted", "City Clinic"), seen.claimant!!.let { Triple(it.name, it.vouched, it.organizationName) })
        assertEquals(4, seen.symbols.size)
        assertEquals(seen.symbols, rao.claim(offer.id).symbols)
        asha.on.share.confirm("no such offer").refused("vault.not_found")
        asha.on.share.confirm(offer.id).ok()
        syncAll(asha, rao)
        rao.on.patients.load().ok()
        val access = rao.on.patients.state.value.content.accesses.single()
        assertEquals(Triple("Asha", "live", "latest.relay_only"), Triple(access.name, access.state, access.witness))
        grant = access.id
        thief.stop()
    }

    test("the doctor reads what is in scope, and the receipt arrives") {
        rao.on.patients.choose(grant).ok()
        val ids = rao.on.patients.state.value.content.records.map { it.id }
        assertEquals(3, ids.size, "two values and the medicine; the problem is not in scope")
        rao.on.patients.show(grant, ids.first()).refused("vault.state")
        val read = rao.readAll(grant)
        assertTrue(read.any { it.fhir.contentEquals(hemoglobin("9.8", "2026-11-20")) })
        syncAll(rao, asha)
        asha.on.receipts.load().ok()
        assertEquals("Dr Rao" to ids.toSet(), asha.on.receipts.state.value.content.receipts.single().let { it.name to it.records.toSet() })
        asha.on.grants.load().ok()
        assertNotNull(asha.on.grants.state.value.content.grants.single().lastOpened)
    }

    test("the doctor writes a report, a prescription and a laboratory request") {
        rao.on.write.report(grant, report(" ")).refused("build.missing")
        assertEquals("error.build.missing", rao.on.write.state.value.phrase)
        rao.on.write.report(grant, report("Visit")).ok()
        rao.on.write.prescription(grant, iron).ok()
        requestId = rao.on.write.labRequest(grant, request).ok()!!
        syncAll(rao, asha, rao)
        rao.on.write.load().ok()
        assertEquals(List(3) { "filed" }, rao.on.write.state.value.content.submissions.map { it.stage })
        asha.on.timeline.load().ok()
        asha.on.timeline.search(asha.on.timeline.state.value.content.query.copy(code = null, categories = listOf("visit"))).ok()
        val visit = asha.on.timeline.state.value.content.records.first { it.title == "Visit" }
        asha.on.result.load(visit.id).ok()
        val standing = asha.on.result.state.value.content.record!!.standing
        assertEquals(Triple("authentic", "trusted", "City Clinic"), Triple(standing.authentic, standing.vouched, standing.organization))
        asha.on.medicines.load().ok()
        assertTrue(asha.on.medicines.state.value.content.medicines.any { it.title == "Ferrous sulfate 200 mg" })
    }

    test("the laboratory takes the request, sets its state and answers it") {
        val offer = claimed(asha, lab, offerOf(listOf("order")))
        assertEquals("trusted" to "laboratory", offer.claimant!!.let { it.vouched to it.role })
        assertEquals(offer.symbols, lab.claim(offer.id).symbols)
        asha.on.share.confirm(offer.id).ok()
        syncAll(asha, lab)
        lab.on.patients.load().ok()
        labGrant = lab.on.patients.state.value.content.accesses.single().id
        assertEquals(requestId, lab.readAll(labGrant).single().summary.id)
        lab.on.laboratory.setState(labGrant, requestId, OrderStateDraft("nonsense", null, emptyList())).also { assertNotNull(it.problem) }
        lab.on.laboratory.setState(labGrant, requestId, OrderStateDraft("in_progress", null, emptyList())).ok()
        syncAll(lab, asha)
        resultId = lab.on.laboratory.enter(labGrant, requestId, resultOf("10.4")).ok()!!
        syncAll(lab, asha, lab, rao)
        lab.on.laboratory.load().ok()
        assertTrue(lab.on.laboratory.state.value.content.submissions.all { it.stage == "filed" })
        asha.on.result.load(resultId).ok()
        val own = asha.on.result.state.value.content.record!!
        assertEquals(requestId, own.summary.repliesTo)
        val doctors = rao.readAll(grant).first { it.summary.id == resultId }
        assertEquals(values(own), values(doctors))
        assertContentEquals(own.fhir, doctors.fhir)
        assertTrue(listOf("10.4", "g/dL", "12.0", "15.5", "low") in values(own))
        assertEquals(listOf("11.2", "9.8", "10.4").sorted(), asha.on.result.state.value.content.trend.filter { it.code == "718-7" }.map { it.value }.sorted())
        assertEquals("authentic", doctors.standing.authentic)
    }

    test("a correction supersedes, and the doctor who saw the old value is told") {
        syncAll(rao, asha)
        val corrected = lab.on.laboratory.enter(labGrant, requestId, resultOf("11.9", resultId)).ok()!!
        syncAll(lab, asha, rao)
        asha.on.result.load(resultId).ok()
        assertEquals(corrected, asha.on.result.state.value.content.record!!.summary.supersededBy)
        assertTrue(rao.wasTold("show.corrected") || rao.wasTold("show.read_corrected"), "${rao.on.home.state.value.shown.map { it.kind }}")
        asha.on.result.load(corrected).ok()
        assertEquals(listOf("11.9"), asha.on.result.state.value.content.trend.filter { it.record == corrected }.map { it.value })
        assertTrue(asha.on.result.state.value.content.trend.none { it.record == resultId }, "what was superseded is in no trend")
    }

    test("the chain is whole, and a flipped byte is seen in any block") {
        asha.on.blocks.verify().ok()
        val checked = asha.on.blocks.state.value.content.checked!!
        assertNull(checked.bad)
        asha.on.blocks.load(0u, checked.blocks).ok()
        val blocks = asha.on.blocks.state.value.content.blocks
        assertEquals(asha.on.blocks.state.value.content.chain!!.blocks.toInt(), blocks.size)
        for (block in blocks) {
            asha.on.blocks.open(block.sequence).ok()
            val bytes = asha.on.blocks.state.value.content.block!!.also { assertNull(it.failure) }.bytes!!
            for (place in listOf(0, bytes.size / 2, bytes.size - 1)) {
                val flipped = bytes.copyOf().also { it[place] = (it[place].toInt() xor 1).toByte() }
                asha.on.blocks.inspect(block.sequence, flipped).ok()
                assertNotNull(asha.on.blocks.state.value.content.block!!.failure, "block ${block.sequence}, byte $place")
            }
        }
        asha.on.blocks.open(9999u).refused("vault.not_found")
    }

    test("a check and an export of a long chain stop in the middle, and are done anew") {
        repeat(250) { asha.on.timeline.add(RecordDraft(hemoglobin("12.${it % 10}", "2026-10-01"), null, null)).ok() }
        val session = asha.on.blocks.session
        for (start in listOf<(Vault) -> JobView>({ it.startCheck() }, { it.startExportAll() })) {
            val steps = mutableListOf<JobView>()
            coroutineScope {
                lateinit var running: Deferred<Unit>
                running = async(Dispatchers.Default, CoroutineStart.LAZY) {
                    session.work(start, { _, _, _ -> }) { job ->
                        steps += job
                        running.cancel()
                    }
                }
                running.join()
                assertTrue(running.isCancelled, "the test stopped nothing")
            }
            assertEquals(listOf(false), steps.map { it.finished })
            assertFailsWith<VaultException.Refused> { session.query { vault, _ -> vault.stepJob(steps.single().id, 1u) } }
        }
        asha.on.blocks.verify().ok()
        assertNull(asha.on.blocks.state.value.content.checked!!.bad)
        asha.on.export.whole().ok()
        assertNotNull(asha.on.export.state.value.content.file)
    }

    test("an export is verified without vault and relay, and a flipped byte is seen") {
        val trusted = clinic.query { vault, _ -> vault.organization().line }
        asha.on.export.records(listOf(resultId)).ok()
        val file = asha.on.export.state.value.content.file!!
        rao.on.export.verify(file, trusted).ok()
        assertEquals("selection" to 0u, rao.on.export.state.value.content.verification!!.let { it.kind to it.failures })
        for (place in file.indices step 499) {
            val outcome = rao.on.export.verify(file.copyOf().also { it[place] = (it[place].toInt() xor 1).toByte() }, trusted)
            assertTrue(outcome.problem != null || rao.on.export.state.value.content.verification!!.failures > 0u, "byte $place")
        }
        asha.on.export.whole().ok()
        rao.on.export.verify(asha.on.export.state.value.content.file!!, trusted).ok()
        assertEquals("chain" to 0u, rao.on.export.state.value.content.verification!!.let { it.kind to it.failures })
    }

    test("nobody vouches: the patient must pick the row on the other's screen") {
        val stranger = Person.create("practitioner", "Dr Nobody", relay.url)
        val offer = claimed(asha, stranger, offerOf(listOf("laboratory")))
        assertEquals(Triple("none", 0, 3), Triple(offer.claimant!!.vouched, offer.symbols.size, offer.choices.size))
        asha.on.share.confirm(offer.id).refused("claim.unvouched")
        asha.on.share.confirm(offer.id, listOf("no", "such", "symbols", "here")).refused("claim.symbols")
        val shown = stranger.claim(offer.id).symbols.map { it.name }
        val other = offer.choices.map { row -> row.map { it.name } }.first { it != shown }
        asha.on.share.confirm(offer.id, other).ok()
        syncAll(asha, stranger)
        asha.on.share.load().ok()
        stranger.on.scan.load().ok()
        assertEquals("declined" to "declined", asha.offer(offer.id).stage to stranger.claim(offer.id).stage)
        asha.on.grants.load().ok()
        assertTrue(asha.on.grants.state.value.content.grants.none { it.name == "Dr Nobody" })
        stranger.stop()
    }

    test("what is revoked reads as stopped only after the relay confirmed, and nothing later arrives") {
        asha.on.grants.pause(grant).ok()
        syncAll(asha, rao)
        asha.on.grants.pause(grant).refused("grant.paused")
        asha.on.grants.resume(grant).ok()
        syncAll(asha, rao)
        relay.stop()
        asha.on.grants.revoke(grant).ok()
        asha.on.home.sync().ok()
        assertTrue(asha.on.home.state.value.offline)
        asha.on.grants.load().ok()
        val state = { asha.on.grants.state.value.content.grants.first { it.id == grant }.state }
        assertEquals("stopping", state())
        assertTrue(asha.on.grants.state.value.offline)
        relay.restart()
        asha.on.home.retry().ok()
        asha.sync()
        asha.on.grants.load().ok()
        assertEquals("ended", state())
        asha.on.grants.revoke(grant).refused("grant.revoked")
        asha.on.timeline.add(RecordDraft(hemoglobin("12.9", "2026-11-22"), null, null)).ok()
        syncAll(asha, rao)
        rao.on.patients.load().ok()
        assertNotEquals("live", rao.on.patients.state.value.content.accesses.first { it.id == grant }.state)
        rao.on.write.report(grant, report("Later")).problem.also { assertNotNull(it) }
    }

    test("the words of the kit bring everything back on another device") {
        val words = asha.kit.single()
        val recover = RecoverPresenter(Platform(scratch().resolve("vault")))
        recover.recover(words.split(' ').reversed().joinToString(" "), relay.url, PASSPHRASE).also { assertTrue(it.problem!!.code.startsWith("crypto.word")) }
        recover.recover(words, relay.url, PASSPHRASE).ok()
        val session = recover.session!!
        session.sync()
        recover.load().ok()
        recover.prove().ok()
        session.sync()
        recover.load().ok()
        val recovery = recover.state.value.content.recovery!!
        assertTrue(recovery.recovered, "$recovery")
        assertEquals("Asha", recover.state.value.content.profile?.name)
        session.close()
    }
}
