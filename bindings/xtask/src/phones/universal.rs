//! A universal archive: static libraries for several machines in one file, as `lipo -create` writes it.
//!
//! LLVM's lipo reads the code inside and refuses what a newer compiler wrote; the file's frame is all that is needed.

/// One library and the machine it is for.
pub(crate) struct Slice {
    pub(crate) machine: Machine,
    pub(crate) content: Vec<u8>,
}

/// The machines of simulators, in the order of their numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Machine {
    X86_64,
    Arm64,
}

impl Machine {
    /// Apple's numbers for the type and the subtype.
    fn numbers(self) -> [u32; 2] {
        match self {
            Self::X86_64 => [0x0100_0007, 3],
            Self::Arm64 => [0x0100_000c, 0],
        }
    }
}

const MAGIC: u32 = 0xcafe_babe;
/// Slices begin at multiples of two to this power, the size of Apple's pages.
const EXPONENT: u32 = 14;

/// Joins the slices.
///
/// # Errors
/// When a file grows beyond what the frame can count.
pub(crate) fn join(mut slices: Vec<Slice>) -> Result<Vec<u8>, String> {
    slices.sort_by_key(|slice| slice.machine);
    let too_large = |_| "a universal archive cannot hold 4 GiB".to_owned();
    let page = 1_usize << EXPONENT;
    let mut header: Vec<u32> = vec![MAGIC, u32::try_from(slices.len()).map_err(too_large)?];
    let mut content = Vec::new();
    let mut offset = page;
    for Slice { machine, content: part } in slices {
        content.resize(offset - page, 0);
        content.extend_from_slice(&part);
        header.extend(machine.numbers());
        header.push(u32::try_from(offset).map_err(too_large)?);
        header.push(u32::try_from(part.len()).map_err(too_large)?);
        header.push(EXPONENT);
        offset = (offset + part.len()).next_multiple_of(page);
    }
    let mut whole: Vec<u8> = header.iter().flat_map(|word| word.to_be_bytes()).collect();
    whole.resize(page, 0);
    whole.extend(content);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_lie_in_order_at_pages() {
        let slice = |machine, content: &[u8]| Slice {
            machine,
            content: content.to_vec(),
        };
        let joined = join(vec![slice(Machine::Arm64, b"arm"), slice(Machine::X86_64, &[7; 20000])]).expect("small");
        let word = |index: usize| {
            let bytes = &joined[index * 4..index * 4 + 4];
            u32::from_be_bytes(bytes.try_into().expect("four bytes"))
        };
        let header: Vec<u32> = (0..12).map(word).collect();
        let first = [0x0100_0007, 3, 0x4000, 20000, 14];
        let second = [0x0100_000c, 0, 0xc000, 3, 14];
        assert_eq!(header[..2], [0xcafe_babe, 2]);
        assert_eq!(header[2..7], first);
        assert_eq!(header[7..], second);
        assert!(joined[48..0x4000].iter().all(|byte| *byte == 0));
        assert!(joined[0x4000..0x4000 + 20000].iter().all(|byte| *byte == 7));
        assert_eq!(&joined[0xc000..], b"arm");
    }
}
