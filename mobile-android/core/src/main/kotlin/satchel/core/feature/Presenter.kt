package satchel.core.feature

import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.withContext
import satchel.core.session.Session

/** What every presenter does: it runs an action and says in which state the screen is afterwards. It holds no rule. */
abstract class Presenter<Content>(
    feature: String,
    blank: Content,
) {
    private val screen = MutableStateFlow(Screen(feature, Phase.LOADING, blank))

    val state: StateFlow<Screen<Content>> = screen.asStateFlow()

    /** The open vault, once there is one. */
    abstract val session: Session?

    /** Whether there is nothing to show. */
    protected abstract fun isEmpty(content: Content): Boolean

    protected val content get() = screen.value.content

    protected fun update(change: (Content) -> Content) = screen.update {
        val content = change(it.content)
        it.copy(content = content, phase = if (isEmpty(content)) Phase.EMPTY else Phase.READY)
    }

    /** Runs an action, which may give the id of what it made. Never throws. */
    protected suspend fun act(action: suspend () -> String?): Outcome {
        screen.update { it.copy(phase = if (isEmpty(it.content)) Phase.LOADING else Phase.READY, problem = null) }
        val outcome = try {
            Outcome(created = action())
        } catch (error: Exception) {
            Outcome(problem = Problem.of(error))
        }
        val shown = withContext(NonCancellable) { session?.takeShown() }.orEmpty()
        update { it }
        screen.update { it.copy(problem = outcome.problem, offline = session?.offline ?: false, shown = it.shown + shown) }
        return outcome
    }

    /** What was told has been read. */
    fun clearShown() = screen.update { it.copy(shown = emptyList()) }
}
