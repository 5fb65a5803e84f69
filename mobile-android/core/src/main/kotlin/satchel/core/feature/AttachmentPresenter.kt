package satchel.core.feature

import java.nio.file.Path
import satchel.core.DownloadView
import satchel.core.session.Session

data class AttachmentContent(
    val download: DownloadView? = null,
    /** Where it is, once it is whole and the one that was signed. */
    val path: String? = null,
)

/** A record's file on its way to this device. */
class AttachmentPresenter(
    private val vault: Session,
) : Presenter<AttachmentContent>("attachment", AttachmentContent()) {
    override val session get() = vault

    override fun isEmpty(content: AttachmentContent) = content.download == null

    suspend fun save(grant: String?, record: String, index: UInt, path: String) = act {
        update { AttachmentContent() }
        session.save(grant, record, index, Path.of(path)) { progress -> update { it.copy(download = progress) } }
        update { it.copy(path = path) }
        null
    }
}
