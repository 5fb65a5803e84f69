package satchel.core.platform

import java.nio.file.Path

/** What a device gives: a place for one vault, a way to relays, and the time. */
class Platform(
    val folder: Path,
    val relay: Relay = HttpRelay(),
    val clock: Clock = Clock.system,
    private val disk: Disk = Disk(),
) {
    fun exists() = FileStorage.exists(folder)

    fun createStorage(): Storage = FileStorage.create(folder, disk)

    fun openStorage(): Storage = FileStorage.open(folder, disk)
}
