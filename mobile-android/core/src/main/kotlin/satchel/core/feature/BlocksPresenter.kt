package satchel.core.feature

import satchel.core.BlockView
import satchel.core.Chain
import satchel.core.Checked
import satchel.core.session.Session

data class BlocksContent(
    val chain: Chain? = null,
    val blocks: List<BlockView> = emptyList(),
    /** The one that is looked at, with its bytes. */
    val block: BlockView? = null,
    /** After all were verified. */
    val checked: Checked? = null,
)

/** The own chain, block by block, and its verification. */
class BlocksPresenter(
    private val vault: Session,
) : Presenter<BlocksContent>("blocks", BlocksContent()) {
    override val session get() = vault

    override fun isEmpty(content: BlocksContent) = content.blocks.isEmpty()

    suspend fun load(first: UInt, count: UInt) = act {
        val (chain, blocks) = session.query { vault, _ -> vault.chain() to vault.blocks(first, count) }
        update { it.copy(chain = chain, blocks = blocks) }
        null
    }

    suspend fun open(sequence: UInt) = act {
        val block = session.query { vault, _ -> vault.block(sequence) }
        update { it.copy(block = block) }
        null
    }

    /** What a changed copy of a block looks like. Nothing is stored. */
    suspend fun inspect(sequence: UInt, bytes: ByteArray) = act {
        val block = session.query { vault, _ -> vault.inspect(sequence, bytes) }
        update { it.copy(block = block) }
        null
    }

    suspend fun verify() = act {
        val checked = session.query { vault, _ -> vault.checkChain() }
        update { it.copy(checked = checked) }
        null
    }
}
