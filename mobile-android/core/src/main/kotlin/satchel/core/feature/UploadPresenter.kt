package satchel.core.feature

import satchel.core.FileView
import satchel.core.Vault
import satchel.core.session.Session

data class UploadContent(
    val files: List<FileView> = emptyList(),
)

/** Files on their way to the relay. They may be stopped, and go on where they were, even in another process. */
class UploadPresenter(
    session: Session,
) : VaultPresenter<UploadContent>(session, "upload", UploadContent()) {
    @Volatile
    private var stopped = false

    override fun isEmpty(content: UploadContent) = content.files.isEmpty()

    override fun read(vault: Vault, now: ULong, before: UploadContent) = UploadContent(vault.files())

    /** Sends until all files are there, one needs the person, or [stop]. */
    suspend fun carry() = exchange {
        stopped = false
        session.carry {
            refresh()
            !stopped
        }
    }

    /** Ends [carry] after the piece that is under way. */
    fun stop() {
        stopped = true
    }

    /** Goes on with a file that stopped, from another place if one is named. */
    suspend fun resume(file: String, source: String? = null) =
        command { vault, now -> vault.resumeFile(file, source, now) }

    /** Gives up a file and the record that waits for it. */
    suspend fun cancel(file: String) = command { vault, now -> vault.cancelFile(file, now) }
}
