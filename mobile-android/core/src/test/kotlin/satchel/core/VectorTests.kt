package satchel.core

import java.nio.file.Files
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import satchel.core.support.Group
import satchel.core.support.Json
import satchel.core.support.Probe
import satchel.core.support.repository

private fun files() = Files.list(repository.resolve("tests/vectors")).use { files ->
    files.filter { it.toString().endsWith(".json") }.sorted().toList()
}

val vectorTests = Group("vectors") {
    for (file in files()) {
        test(file.fileName.toString()) {
            val cases = Json.parse(Files.readString(file)) as List<*>
            assertTrue(cases.isNotEmpty())
            for (case in cases) {
                case as Map<*, *>
                val op = case["op"] as String
                val input = Json.write(case["input"])
                // The binding itself first; operations on secrets are only in the probe, and every operation must be somewhere.
                val answer = Json.parse(runVector(op, input)).let {
                    if (it == mapOf("code" to "vector.unknown")) Json.parse(Probe.vector(op, input)) else it
                }
                assertEquals(case["expect"], answer, "${case["rule"]} $op: ${case["name"]}")
            }
        }
    }

    test("all of them were there, and what is no operation is refused") {
        val cases = files().sumOf { (Json.parse(Files.readString(it)) as List<*>).size }
        assertTrue(cases > 1400, "only $cases")
        assertEquals("{\"code\":\"vector.unknown\"}", runVector("no such operation", "{}"))
        assertEquals("{\"code\":\"vector.input\"}", runVector("hash.parse", "{"))
    }
}
