package satchel.core

import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import satchel.core.feature.CreatePresenter
import satchel.core.feature.HomePresenter
import satchel.core.feature.Phase
import satchel.core.feature.TimelinePresenter
import satchel.core.feature.UnlockPresenter
import satchel.core.platform.FileStorage
import satchel.core.platform.Platform
import satchel.core.session.Session
import satchel.core.support.Group
import satchel.core.support.PASSPHRASE
import satchel.core.support.Probe
import satchel.core.support.Wire
import satchel.core.support.ok
import satchel.core.support.refused
import satchel.core.support.scratch
import satchel.core.support.stopsAtOnce

private const val NOWHERE = "http://127.0.0.1:9"
private val setup = Setup("patient", "Zacharias Plainname", NOWHERE, null)

private fun place() = Platform(scratch().resolve("vault"))

val boundaryTests = Group("boundary") {
    test("an error carries code, params and need") {
        val created = createVault(setup, PASSPHRASE, 1_800_000_000uL)
        created.vault.use { vault ->
            val error = assertFailsWith<VaultException.Refused> { vault.record("not an id", 1_800_000_000uL) }
            assertEquals("vault.not_found", error.code)
            assertEquals(emptyList(), error.need)
            assertTrue(error.text.isNotEmpty())
        }
        val role = assertFailsWith<VaultException.Refused> { createVault(setup.copy(role = "king"), PASSPHRASE, 1uL) }
        assertEquals("vault.role", role.code)
    }

    test("one change at a time") {
        val created = createVault(setup, PASSPHRASE, 1_800_000_000uL)
        created.vault.use { vault ->
            assertTrue(vault.isBusy())
            assertEquals("wait", vault.nextRequest(1_800_000_000uL).kind)
            assertEquals("vault.busy", assertFailsWith<VaultException.Refused> { vault.retry(1_800_000_000uL) }.code)
            val generation = created.changes.generation
            assertEquals("vault.generation", assertFailsWith<VaultException.Refused> { vault.stored(generation + 1uL) }.code)
            vault.stored(generation)
            assertEquals("send", vault.nextRequest(1_800_000_000uL).kind)
        }
    }

    test("nothing that is stored holds the name in clear, and a wrong passphrase opens nothing") {
        val platform = place()
        Session.create(platform, setup, PASSPHRASE).close()
        platform.folder.toFile().walk().filter { it.isFile }.forEach {
            assertTrue("Plainname" !in String(it.readBytes(), Charsets.ISO_8859_1), it.name)
        }
        val unlock = UnlockPresenter(platform)
        unlock.unlock("$PASSPHRASE!").refused("entry.passphrase")
        assertEquals("error.entry.passphrase", unlock.state.value.phrase)
        assertNull(unlock.session)
        // The lock was let go: the next attempt is not told that the vault is open elsewhere.
        unlock.unlock(PASSPHRASE).ok()
        assertEquals("Zacharias Plainname", unlock.state.value.content.profile?.name)
        UnlockPresenter(platform).unlock(PASSPHRASE).refused("cli.locked")
        unlock.changePassphrase("another long passphrase").ok()
        unlock.lock().ok()
        unlock.unlock(PASSPHRASE).refused("entry.passphrase")
        unlock.unlock("another long passphrase").ok()
        unlock.lock().ok()
        UnlockPresenter(place()).unlock(PASSPHRASE).refused("cli.no_vault")
    }

    test("an entry that was flipped on the disk is refused by the vault") {
        val platform = place()
        Session.create(platform, setup, PASSPHRASE).close()
        val entries = FileStorage.open(platform.folder).use { it.index() }
        val flipped = entries.map { entry ->
            if (entry.key.startsWith("h")) entry else entry.copy(value = entry.value!!.copyOf().also { it[it.size / 2] = (it[it.size / 2].toInt() xor 1).toByte() })
        }
        assertEquals("entry.damaged", assertFailsWith<VaultException.Refused> { Vault.open(flipped, PASSPHRASE) }.code)
        Vault.open(entries, PASSPHRASE).destroy()
    }

    test("a panic arrives as an error, and the vault is opened again from its storage") {
        val platform = place()
        Session.create(platform, setup, PASSPHRASE).close()
        val unlock = UnlockPresenter(platform)
        unlock.unlock(PASSPHRASE).ok()
        val timeline = TimelinePresenter(unlock.session!!)
        timeline.load().ok()
        Probe.it.satchel_probe_panic()
        timeline.load().refused("other")
        timeline.load().refused("vault.conflict")
        unlock.lock().ok()
        unlock.unlock(PASSPHRASE).ok()
        TimelinePresenter(unlock.session!!).load().ok()
        unlock.lock().ok()
        createVault(setup, PASSPHRASE, 1uL).vault.use { vault ->
            Probe.it.satchel_probe_panic()
            assertFailsWith<InternalException> { vault.profile() }
        }
    }

    test("a hundred vaults made and destroyed leave neither handles nor memory behind") {
        fun cycle() {
            val made = createVault(setup, PASSPHRASE, 1_800_000_000uL)
            made.vault.use { vault ->
                vault.stored(made.changes.generation)
                assertEquals("patient", vault.profile().role)
                assertFailsWith<VaultException.Refused> { vault.record("none", 1uL) }
            }
        }
        repeat(3) { cycle() }
        val handles = Probe.it.satchel_probe_live()
        val memory = Probe.it.satchel_probe_allocated()
        repeat(100) { cycle() }
        assertEquals(handles, Probe.it.satchel_probe_live())
        assertEquals(memory, Probe.it.satchel_probe_allocated())
        val vault = createVault(setup, PASSPHRASE, 1uL).vault
        assertEquals(handles + 1, Probe.it.satchel_probe_live(), "the counter counts")
        assertTrue(Probe.it.satchel_probe_allocated() > memory, "the allocator counts")
        vault.destroy()
        assertEquals(memory, Probe.it.satchel_probe_allocated())
    }

    test("a screen says that it is empty, offline or refused, by the catalogue's key") {
        val platform = place()
        val create = CreatePresenter(platform)
        assertEquals("screen.loading", create.state.value.phrase)
        create.create("patient", "Asha", NOWHERE, "").refused("entry.weak")
        assertEquals("error.entry.weak", create.state.value.phrase)
        create.create("patient", "Asha", NOWHERE, PASSPHRASE).ok()
        assertEquals(24, create.state.value.content.kit.single().split(' ').size)
        create.forgetKit().ok()
        assertEquals(emptyList(), create.state.value.content.kit)
        CreatePresenter(platform).create("patient", "Asha", NOWHERE, PASSPHRASE).refused("cli.exists")
        val session = create.session!!
        val timeline = TimelinePresenter(session)
        timeline.load().ok()
        assertEquals(Phase.EMPTY to "screen.empty.timeline", timeline.state.value.let { it.phase to it.phrase })
        val home = HomePresenter(session)
        home.sync().refused("cli.network")
        assertEquals(Phase.READY to true, home.state.value.let { it.phase to it.offline })
        assertEquals("founding", home.state.value.content.profile?.stage)
        timeline.load().ok()
        assertEquals("screen.offline", timeline.state.value.phrase)
        session.close()
    }

    test("whoever is cancelled while keys are derived is let go at once, and nothing is left behind") {
        val place = place()
        coroutineScope {
            async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { Session.create(place, setup, PASSPHRASE) }.stopsAtOnce()
        }
        assertFalse(place.exists())
        Session.create(place, setup, PASSPHRASE).close()
        val unlock = UnlockPresenter(place)
        coroutineScope {
            async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) { unlock.unlock(PASSPHRASE) }.stopsAtOnce()
        }
        assertEquals("cancelled", unlock.state.value.problem?.code)
        assertNull(unlock.session)
        unlock.unlock(PASSPHRASE).ok()
        assertEquals("founding", unlock.state.value.content.profile?.stage)
        unlock.lock().ok()
    }

    test("cancelling stops work at once, and the vault goes on from where it was") {
        Wire { _, _ -> null }.use { wire ->
            val session = Session.create(place(), setup.copy(relay = wire.url), PASSPHRASE)
            val home = HomePresenter(session)
            for (work in listOf<suspend () -> Any>({ home.sync() }, { home.watch(60u) })) {
                coroutineScope {
                    val running = async(Dispatchers.Default) { work() }
                    delay(500)
                    assertTrue(running.isActive)
                    running.stopsAtOnce()
                }
                assertEquals("cancelled" to "screen.cancelled", home.state.value.let { it.problem?.code to it.phrase })
                home.load().ok()
                assertNull(home.state.value.problem)
            }
            assertContentEquals(arrayOf("founding"), arrayOf(home.state.value.content.profile?.stage))
            session.close()
        }
    }
}
