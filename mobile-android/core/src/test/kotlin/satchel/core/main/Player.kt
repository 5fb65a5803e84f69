package satchel.core.main

import java.nio.file.Path
import kotlin.reflect.full.callSuspendBy
import kotlin.reflect.full.instanceParameter
import kotlin.reflect.full.memberFunctions
import satchel.core.feature.AppointmentsPresenter
import satchel.core.feature.AttachmentPresenter
import satchel.core.feature.BlocksPresenter
import satchel.core.feature.CorrectionsPresenter
import satchel.core.feature.CreatePresenter
import satchel.core.feature.DeletionPresenter
import satchel.core.feature.DevicesPresenter
import satchel.core.feature.DraftsPresenter
import satchel.core.feature.ExportPresenter
import satchel.core.feature.GrantsPresenter
import satchel.core.feature.HomePresenter
import satchel.core.feature.ImportPresenter
import satchel.core.feature.LaboratoryPresenter
import satchel.core.feature.MedicinesPresenter
import satchel.core.feature.Outcome
import satchel.core.feature.OwnPresenter
import satchel.core.feature.PatientsPresenter
import satchel.core.feature.Presenter
import satchel.core.feature.ReceiptsPresenter
import satchel.core.feature.RecoverPresenter
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
import satchel.core.support.Json
import satchel.core.support.Values

/** Plays one person by the line protocol of `bindings/NAMES.md`, through presenters alone. */
class Player(
    folder: Path,
) {
    private val disk = DyingDisk()
    private val platform = Platform(folder, disk = disk)
    private val create = CreatePresenter(platform)
    private val recover = RecoverPresenter(platform)
    private val unlock = UnlockPresenter(platform)
    private val presenters = mutableMapOf<String, Presenter<*>>("create" to create, "recover" to recover, "unlock" to unlock)
    private var session: Session? = null

    suspend fun answer(line: String): String {
        val given = try {
            Json.parse(line) as? Map<*, *>
        } catch (_: Json.Malformed) {
            null
        }
        return Json.write(given?.let { act(it) } ?: mapOf("error" to "main.line"))
    }

    private suspend fun act(given: Map<*, *>): Map<String, Any?>? {
        val word = given["do"] as? String ?: return null
        if (word == "kill.after") {
            disk.dieAfter((given["stores"] as Json.Number).text.toInt())
            return mapOf("ok" to emptyMap<String, Any?>())
        }
        val (feature, action) = word.split('.').takeIf { it.size == 2 } ?: return null
        val presenter = presenter(feature) ?: return null
        val function = presenter::class.memberFunctions.singleOrNull { it.name == action } ?: return null
        val arguments = try {
            Values.arguments(function, given - "do")
        } catch (unfit: Values.Unfit) {
            System.err.println("$word: ${unfit.message}")
            return null
        }
        presenter.clearShown()
        val outcome = function.callSuspendBy(arguments + (function.instanceParameter!! to presenter)) as? Outcome ?: Outcome()
        return outcome.problem?.let { mapOf("error" to it.code, "params" to it.params) } ?: mapOf("ok" to ok(presenter, outcome))
    }

    private fun ok(presenter: Presenter<*>, outcome: Outcome): Map<String, Any?> {
        val state = presenter.state.value
        return mapOf(
            "created" to outcome.created,
            "content" to Values.toJson(state.content),
            "offline" to state.offline,
            "phrase" to state.phrase,
            "shown" to state.shown.map { show ->
                mapOf("kind" to show.kind, "subject" to show.subject, "params" to show.params.associate { it.name to it.value })
            },
        )
    }

    /** The feature's presenter over the vault that is open now. */
    private fun presenter(feature: String): Presenter<*>? {
        val open = unlock.session ?: create.session ?: recover.session
        if (open !== session) {
            presenters.keys.retainAll(setOf("create", "recover", "unlock"))
            session = open
        }
        presenters[feature]?.let { return it }
        val made = make(feature, open ?: return null) ?: return null
        return made.also { presenters[feature] = it }
    }

    private fun make(feature: String, session: Session): Presenter<*>? = when (feature) {
        "home" -> HomePresenter(session)
        "timeline" -> TimelinePresenter(session)
        "result" -> ResultPresenter(session)
        "medicines" -> MedicinesPresenter(session)
        "appointments" -> AppointmentsPresenter(session)
        "share" -> SharePresenter(session)
        "grants" -> GrantsPresenter(session)
        "receipts" -> ReceiptsPresenter(session)
        "blocks" -> BlocksPresenter(session)
        "scan" -> ScanPresenter(session)
        "patients" -> PatientsPresenter(session)
        "write" -> WritePresenter(session)
        "laboratory" -> LaboratoryPresenter(session)
        "own" -> OwnPresenter(session)
        "corrections" -> CorrectionsPresenter(session)
        "drafts" -> DraftsPresenter(session)
        "devices" -> DevicesPresenter(session)
        "deletion" -> DeletionPresenter(session)
        "upload" -> UploadPresenter(session)
        "attachment" -> AttachmentPresenter(session)
        "import" -> ImportPresenter(session)
        "export" -> ExportPresenter(session)
        "trust" -> TrustPresenter(session)
        else -> null
    }
}
