package satchel.core.feature

import satchel.core.DeviceView
import satchel.core.Vault
import satchel.core.session.Session

/** The words of a new kit are here until [DevicesPresenter.forgetKit]. */
data class DevicesContent(
    val devices: List<DeviceView> = emptyList(),
    val kit: String? = null,
)

/** The owner's devices, and the kit that brings another one in. */
class DevicesPresenter(
    session: Session,
) : VaultPresenter<DevicesContent>(session, "devices", DevicesContent()) {
    override fun isEmpty(content: DevicesContent) = content.devices.isEmpty()

    override fun read(vault: Vault, now: ULong, before: DevicesContent) = before.copy(devices = vault.devices())

    suspend fun rename(device: String, name: String) = command { vault, now -> vault.renameDevice(device, name, now) }

    /** [words] of the kit are needed to take out a device that may itself take out others. */
    suspend fun remove(devices: List<String>, words: String? = null) =
        command { vault, now -> vault.removeDevices(devices, words, now) }

    /** New words, to be written down; nothing changes yet. */
    suspend fun newKit() = act {
        val words = session.query { vault, _ -> vault.newKit() }
        update { it.copy(kit = words) }
        null
    }

    /** The new words are no longer shown. */
    suspend fun forgetKit() = act {
        update { it.copy(kit = null) }
        null
    }

    /** The new words are written down and take the place of [words], which are in force; [devices] are taken out in the same step. */
    suspend fun replaceKit(words: String, devices: List<String>) = act {
        val replaced = session.command { vault, now -> vault.replaceKit(words, content.kit.orEmpty(), devices, now) }
        update { it.copy(kit = null) }
        refresh()
        replaced.created
    }
}
