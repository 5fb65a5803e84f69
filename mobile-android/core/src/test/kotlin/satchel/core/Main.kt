package satchel.core

import satchel.core.support.runTests

/** All tests, or the groups whose names are given. */
fun main(arguments: Array<String>) = runTests(
    listOf(storageTests, relayTests, vectorTests, boundaryTests, presenterTests, consultationTests, crashTests, fileTests),
    arguments.toList(),
)
