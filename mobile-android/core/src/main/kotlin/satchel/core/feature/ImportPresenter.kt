package satchel.core.feature

import satchel.core.FileDraft
import satchel.core.ImportCandidate
import satchel.core.session.Session

data class ImportContent(
    val candidates: List<ImportCandidate> = emptyList(),
)

/** Records of a FHIR file, looked through before they are filed; documents and pictures. */
class ImportPresenter(
    private val vault: Session,
) : Presenter<ImportContent>("import", ImportContent()) {
    private var file = ByteArray(0)

    override val session get() = vault

    override fun isEmpty(content: ImportContent) = content.candidates.isEmpty()

    /** What a file holds, and what of it is here already. */
    suspend fun look(file: ByteArray) = act {
        val candidates = session.query { vault, _ -> vault.previewImport(file) }
        this.file = file
        update { ImportContent(candidates) }
        null
    }

    /** Files the chosen candidates of the file that was looked through. */
    suspend fun take(chosen: List<UInt>) = act {
        val taken = session.command { vault, now -> vault.import(file, chosen, now) }
        val candidates = session.query { vault, _ -> vault.previewImport(file) }
        update { ImportContent(candidates) }
        taken.created
    }

    /** Takes in a document of any size; [UploadPresenter.carry] sends it. */
    suspend fun addFile(draft: FileDraft) = act { session.command { vault, now -> vault.addFile(draft, now) }.created }
}
