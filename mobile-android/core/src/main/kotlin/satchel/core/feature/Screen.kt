package satchel.core.feature

import satchel.core.Show

enum class Phase { LOADING, EMPTY, READY }

/** The state of a screen, the same for every feature. */
data class Screen<Content>(
    val feature: String,
    val phase: Phase,
    /** Kept while it loads again. */
    val content: Content,
    /** The relay was not reached the last time it was asked; what is shown is what is known here. */
    val offline: Boolean = false,
    /** Of the last action. */
    val problem: Problem? = null,
    /** What the core has to tell, newest last. */
    val shown: List<Show> = emptyList(),
) {
    /** What to say in place of content: a key of the catalogue. */
    val phrase: String?
        get() = when {
            problem != null -> problem.phrase
            phase == Phase.LOADING -> "screen.loading"
            phase == Phase.EMPTY && offline -> "screen.offline"
            phase == Phase.EMPTY -> "screen.empty.$feature"
            else -> null
        }
}
