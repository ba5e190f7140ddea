/// Words and sentences of the synthetic comments, each with its heat: how much it divides readers, in logits.
package enum PhraseBook {
    package struct Word {
        package var text: String
        var heat: Double

        init(_ text: String, _ heat: Double = 0) {
            self.text = text
            self.heat = heat
        }
    }

    /// How readers take a sentence.
    package enum Tone: CaseIterable {
        /// Takes a side: about as many agree as disagree.
        case divisive
        /// Thanks, wishes, memories: nearly all agree.
        case kind
        /// Spam, boasting, contempt for other readers: nearly all disagree.
        case tiresome
        /// Says little; the words around it decide.
        case plain
    }

    /// Words for the slot `{name}` of a sentence.
    static let words: [String: [Word]] = [
        "부사": [
            Word("솔직히", 0.4), Word("아무리 봐도", 0.4), Word("진심으로", 0.2), Word("개인적으로는", -0.3),
            Word("제 생각에는", -0.2), Word("내가 보기엔", 0.1), Word("누가 뭐래도", 0.5), Word("객관적으로", 0.3),
            Word("냉정하게 말해서", 0.5), Word("조심스럽지만", -0.5), Word("경험상"), Word("십 년째 지켜봤지만"),
            Word("두 번 생각해도", 0.2), Word("다들 알다시피", 0.3),
        ],
        "정도": [
            Word("훨씬", 0.2), Word("백배", 0.5), Word("비교도 안 되게", 0.5), Word("확실히", 0.3), Word("조금", -0.5),
            Word("약간", -0.5), Word("압도적으로", 0.5), Word("은근히", -0.3), Word("무조건", 0.6), Word("두 배는", 0.3),
        ],
        "많이": [
            Word("정말"), Word("참"), Word("무척"), Word("아주"), Word("진짜", 0.1), Word("너무"), Word("매우"),
            Word("더없이"),
        ],
        "때": [
            Word("어제"), Word("오늘 아침"), Word("지난주"), Word("작년"), Word("지난 주말"), Word("엊그제"), Word("올가을"),
            Word("어제저녁"), Word("이달 초"), Word("작년 겨울"), Word("며칠 전"), Word("예전에"),
        ],
        "앞날": [
            Word("이번 주말에"), Word("다음 달에"), Word("방학 때"), Word("내년 봄에"), Word("설 연휴에"), Word("쉬는 날에"),
            Word("조만간"), Word("날이 풀리면"), Word("시험 끝나면"), Word("월급날에"),
        ],
        "사람": [
            Word("어머니"), Word("아버지"), Word("친구"), Word("동생"), Word("직장 동료"), Word("이웃"), Word("남편"),
            Word("아내"),
            Word("할머니"), Word("조카"), Word("룸메이트"), Word("선배"), Word("짝꿍"), Word("팀장님"), Word("사촌"), Word("딸"),
        ],
        "좋은": [
            Word("좋은"), Word("따뜻한"), Word("훈훈한"), Word("반가운"), Word("알찬"), Word("유익한"), Word("뿌듯한"),
            Word("기분 좋은"), Word("든든한"), Word("정겨운"),
        ],
        "숫자": [Word("두"), Word("세"), Word("네"), Word("다섯"), Word("여섯"), Word("일곱"), Word("열"), Word("스무")],
    ]

    /// Sentences by tone. Slots: the words above, `{주제}` the topic, `{가}` the side taken, `{나}` the other side,
    /// `{것}` a thing, `{곳}` a place; `{가:은}` adds the particle in the form that fits.
    package static let sentences: [Tone: [Word]] = [
        .divisive: [
            Word("{부사} {가:이} {나}보다 {정도} 낫다", 1.5), Word("{나:을} 고집하는 사람들은 이해가 안 된다", 1.9),
            Word("{가:이} 싫다는 사람은 제대로 겪어 보지 않아서 그렇다", 1.7), Word("{나:은} 이제 그만 좀 하자", 1.6),
            Word("{나:이} 왜 인기인지 아직도 모르겠다", 1.4), Word("{가:이} 정답이고 {나:은} 오답이지", 1.9),
            Word("{나:을} 고른다고 하면 좀 다르게 보인다", 1.3), Word("{부사} {나:은} 과대평가됐다고 봅니다", 1.4),
            Word("{가} 말고 다른 선택지는 없다고 생각합니다", 1.4), Word("{나:을} 고른 사람은 나중에 후회할 거다", 1.6),
            Word("{것}에 돈 쓰는 건 {정도} 아깝다", 1.0), Word("{사람:은} 무조건 {가:이라}던데 나는 반대다", 1.1),
            Word("{나} 편드는 댓글이 왜 이렇게 많냐", 1.5), Word("취향이 아니라 맞고 틀리고의 문제다, {가:이} 맞다", 1.7),
            Word("{가:으로} 통일해야 싸움이 안 난다", 1.3), Word("반대 누르는 사람들은 {나} 쪽인가 보네", 1.5),
            Word("{나} 쪽은 늘 목소리만 크다", 1.7), Word("굳이 {것:을} 늘려야 하나 싶다, 불편하기만 하다", 1.2),
            Word("왜 모두가 {나}에 맞춰야 합니까", 1.4), Word("{것} 규칙을 바꾸자는 의견에 저는 반대합니다", 1.2),
            Word("없애는 게 답이다, {것:은} 시대에 안 맞는다", 1.5), Word("찬성하는 분들은 {곳}에 와서 직접 겪어 보세요", 1.3),
            Word("{가:이} 대세라는 걸 인정할 때도 됐다", 1.3), Word("{나}파는 {부사} 억지가 심하다", 1.8),
            Word("{가:과} {나:을} 같은 급으로 놓지 마라", 1.6), Word("{가} 쪽이 {정도} 합리적이다", 1.1),
        ],
        .kind: [
            Word("{것} 준비하신 분들 {많이} 고생하셨습니다", -1.7), Word("기자님 {좋은} 소식 감사합니다", -1.5),
            Word("{앞날} {사람:이랑} {곳}에 가 봐야겠어요", -1.2), Word("우리 동네에도 {것:이} 생기면 좋겠네요", -0.9),
            Word("{곳} 직원분들이 {많이} 친절하셔서 기억에 남아요", -1.5), Word("안전이 제일이니 모두 조심하세요", -1.5),
            Word("{좋은} 글 잘 읽었습니다", -1.4), Word("아이들이 좋아하는 모습을 보니 {많이} 흐뭇하네요", -1.6),
            Word("수고하시는 모든 분께 박수를 보냅니다", -1.8), Word("{때} {사람:이랑} 다녀왔는데 {많이} 좋았어요", -1.2),
            Word("날씨 추운데 다들 건강 챙기세요", -1.5), Word("서로 취향을 존중하면 됩니다", -1.0),
            Word("{가}도 {나}도 저마다 매력이 있지요", -1.0), Word("덕분에 {좋은} 하루를 시작합니다", -1.6),
            Word("어르신들도 편하게 이용하시면 좋겠습니다", -1.4), Word("{것} 응원합니다, 오래 이어지길 바랍니다", -1.4),
            Word("봉사하시는 분들 덕분에 마음이 {많이} 따뜻해집니다", -1.8), Word("몰랐던 내용인데 알려 주셔서 감사합니다", -1.5),
            Word("어릴 때 {곳}에서 보낸 추억이 떠오르네요", -1.2), Word("작은 배려가 {좋은} 동네를 만듭니다", -1.5),
            Word("{사람:과} 나눠 먹고 나눠 쓰던 때가 그립네요", -1.1), Word("오늘도 {곳}에서 애쓰시는 분들 고맙습니다", -1.7),
        ],
        .tiresome: [
            Word("첫 댓글이다 부럽지", -1.3), Word("내 블로그에 와서 {것} 사진이나 보고 가라", -1.5),
            Word("아무도 안 궁금한 걸 왜 기사로 쓰나", -1.2), Word("여기 댓글 쓰는 사람들 다 한가하네", -1.4),
            Word("서로 구독하실 분 {숫자} 명 찾습니다", -1.6), Word("{것} 반값에 팝니다 쪽지 주세요", -1.7),
            Word("관심 없다 다음 기사", -1.2), Word("읽지도 않았지만 일단 반대부터 누른다", -1.1),
            Word("도배 한번 해 본다 도배 도배", -1.5), Word("다들 수준이 왜 이 모양이냐", -1.2),
            Word("이 기사 읽은 {숫자} 명은 시간만 버렸다", -1.4), Word("광고 보고 포인트 받아 가세요", -1.8),
            Word("내가 {곳} 주인보다 {정도} 잘 아니까 다들 배워라", -1.3), Word("줄 서는 사람들 보면 웃음만 나온다", -1.1),
            Word("{곳} 근처 급매물 문의 주세요", -1.7),
        ],
        .plain: [
            Word("{때} {곳} 앞을 지나다가 {것:을} 봤다"), Word("{사람}도 이 기사를 보여 주더라"),
            Word("{것} 이야기는 전에도 나왔던 것 같은데"), Word("기사 사진은 {곳}에서 찍은 건가", -0.2),
            Word("{주제} 소식이 또 올라왔네", 0.1), Word("댓글이 벌써 이렇게 많이 달렸네", 0.2),
            Word("{때} 보니 {것} 가격이 조금 올랐더라", 0.2), Word("{곳}까지는 버스로 {숫자} 정거장쯤 된다", -0.2),
            Word("{사람:은} {가} 쪽이고 나는 {나} 쪽이다", 0.5), Word("{것:은} {때} 처음 알았다", -0.2),
            Word("{주제} 이야기는 모일 때마다 나온다", 0.2), Word("통계가 있으면 같이 실어 주면 좋겠다", -0.3),
            Word("{가:과} {나:을} 둘 다 해 본 적이 있다"), Word("나는 {곳} 근처에 {숫자} 해째 산다"),
            Word("{때} 비가 와서 {곳:은} 한산했다", -0.1), Word("{주제:이} 벌써 {숫자} 번째 기사다", 0.1),
            Word("{사람:이} {것} 사진을 보내 줘서 봤다", -0.1), Word("{곳}에서 {숫자} 명이 줄을 서 있더라"),
        ],
    ]

    /// Put before the first sentence, or not.
    static let openings = ["근데", "그나저나", "음", "와", "아니", "사실", "참고로", "그러니까", "글쎄", "어쨌든", "저기", "역시"]
    static let endings = [".", ".", ".", "", "", "!", "~", "..", "...", " ㅋㅋ", " ㅎㅎ", " ㅠㅠ", "!!"]
    static let emoji = ["😂", "👍", "🍜", "🙏", "🐟", "🚲", "❤️", "👨‍👩‍👧"]
}
