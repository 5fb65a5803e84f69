package satchel.core

import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import satchel.core.support.Group
import satchel.core.support.Json
import satchel.core.support.PASSPHRASE
import satchel.core.support.Player
import satchel.core.support.RelayProcess

/** The app in a process of its own, killed as by the system, and started again from its storage. */
val crashTests = Group("crash") {
    lateinit var relay: RelayProcess
    after { relay.close() }

    val fhir = java.util.Base64.getEncoder().encodeToString(
        """{"resourceType":"Observation","status":"final","code":{"text":"Weight"},"effectiveDateTime":"2026-11-20","valueString":"much"}""".toByteArray(),
    )
    val add = mapOf("do" to "timeline.add", "draft" to mapOf("fhir" to fhir))

    test("killed within a write at every step of founding and filing: it goes on, and nothing is there twice") {
        relay = RelayProcess()
        Player("Asha", relay.url).use { player ->
            player.create("patient")
            val sync = mapOf("do" to "home.sync")
            for (stores in 1..4) {
                player.ask("kill.after", "stores" to Json.Number(stores.toString()))
                if (player.died(sync)) player.start()
            }
            player.ask("home.sync")
            assertEquals("ready", Player.member(player.ask("home.load"), "content", "profile", "stage"))
            var filed = 0
            for (stores in 1..5) {
                player.ask("kill.after", "stores" to Json.Number(stores.toString()))
                // One of these steps is the last one of this process.
                if (player.died(add)) {
                    player.start()
                } else {
                    filed += 1
                    if (player.died(sync)) player.start()
                }
            }
            player.ask("home.sync")
            assertEquals(0, player.number(player.ask("home.load"), "content", "profile", "outbox"))
            val records = Player.member(player.ask("timeline.load"), "content", "records") as List<*>
            assertEquals(filed, records.size, "acknowledged commands, each once; cut ones not at all")
            player.ask("blocks.verify")
            assertNull(Player.member(player.ask("blocks.load", "first" to Json.Number("0"), "count" to Json.Number("99")), "content", "checked", "bad"))
        }
    }

    test("a line that is none, a wrong passphrase and a second program are refused") {
        Player("Rao", relay.url).use { player ->
            player.create("practitioner")
            for (line in listOf("nonsense", "[]", "{}", "{\"do\":\"no.such\"}", "{\"do\":\"share.offer\"}")) assertEquals("main.line", player.line(line)["error"])
            player.kill()
            player.start(unlock = false)
            assertEquals("main.line", player.send(mapOf("do" to "home.load"))["error"], "no vault is open")
            assertEquals("entry.passphrase", player.send(mapOf("do" to "unlock.unlock", "passphrase" to "$PASSPHRASE!"))["error"])
            player.ask("unlock.unlock", "passphrase" to PASSPHRASE)
            val second = player.another()
            assertEquals("cli.locked", second.send(mapOf("do" to "unlock.unlock", "passphrase" to PASSPHRASE))["error"])
            second.kill()
            assertTrue(player.ask("home.sync").isNotEmpty())
        }
    }
}
