package satchel.core

import java.nio.file.Files
import kotlin.reflect.KVisibility
import kotlin.reflect.full.declaredMemberFunctions
import kotlin.reflect.full.declaredMemberProperties
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import satchel.core.support.Group
import satchel.core.support.Json
import satchel.core.support.repository

/** A row of the table of features. */
private class Feature(
    val word: String,
    val stem: String,
    val actions: Set<String>,
    val content: Set<String>,
)

private fun features(): List<Feature> {
    val table = Files.readString(repository.resolve("bindings/NAMES.md")).substringAfter("## Features").substringBefore("## Line protocol")
    return table.lines().filter { it.startsWith("| `") }.map { row ->
        val (word, stem, actions, content) = row.trim('|', ' ').split(" | ").map { it.trim() }
        Feature(
            word.trim('`'),
            stem.trim('`'),
            Regex("`(\\w+)\\(").findAll(actions).map { it.groupValues[1] }.toSet(),
            Regex("`(\\w+)").findAll(content.substringBefore(';')).map { it.groupValues[1] }.toSet(),
        )
    }
}

val presenterTests = Group("presenters") {
    test("features, actions and contents have the names that all apps share") {
        val features = features()
        assertEquals(26, features.size)
        for (feature in features) {
            val presenter = Class.forName("satchel.core.feature.${feature.stem}Presenter").kotlin
            val inherited = if (presenter.supertypes.any { "VaultPresenter" in it.toString() }) setOf("load") else emptySet()
            val public = presenter.declaredMemberFunctions.filter { it.visibility == KVisibility.PUBLIC }.map { it.name }.toSet()
            assertEquals(feature.actions, public + inherited - "isEmpty", feature.stem)
            val content = Class.forName("satchel.core.feature.${feature.stem}Content").kotlin
            val members = content.declaredMemberProperties.map { it.name }.toSet()
            assertTrue(members.containsAll(feature.content), "${feature.stem}: $members")
        }
    }

    test("every phrase that a screen may show has a sentence") {
        val catalogue = Json.parse(Files.readString(repository.resolve("core/clinical/catalog/en.json"))) as Map<*, *>
        val keys = listOf("screen.loading", "screen.offline", "screen.cancelled") +
            features().map { "screen.empty.${it.word}" } +
            listOf("exists", "no_vault", "locked", "store", "disk_full", "network", "file").map { "error.cli.$it" } +
            listOf("error.other", "error.vault.conflict")
        for (key in keys) assertNotNull(catalogue[key], key)
    }
}
