/// What an article is about: a question on which people differ without harm.
package struct Topic {
    package var name: String
    /// The two sides of the question.
    package var sides: (String, String)
    /// Things that belong to it.
    var things: [String]
    var places: [String]
    /// Headlines, without the mark that says that they are made up.
    var headlines: [String]

    package static let all: [Topic] = [
        Topic(
            name: "탕수육 소스", sides: ("부먹", "찍먹"), things: ["탕수육", "소스 그릇", "중국집 세트", "군만두 서비스"],
            places: ["동네 중국집", "시장 골목", "회사 앞 식당"],
            headlines: ["부먹과 찍먹, 올해도 결론 없는 점심", "소스 따로 주는 중국집 늘었다", "탕수육 앞에서 갈린 회식 자리"]),
        Topic(
            name: "민트초코", sides: ("민트초코", "바닐라"), things: ["아이스크림", "민트 음료", "신메뉴", "초콜릿 케이크"],
            places: ["아이스크림 가게", "편의점", "학교 앞 카페"],
            headlines: ["민트초코 신메뉴 또 나왔다", "편의점 냉동고에 부는 민트 바람", "호불호 갈리는 맛이 잘 팔리는 까닭"]),
        Topic(
            name: "여름휴가", sides: ("산", "바다"), things: ["캠핑 의자", "펜션 예약", "숲길 산책로", "해변 야시장"],
            places: ["계곡 입구", "해수욕장", "휴양림"],
            headlines: ["올여름 산이냐 바다냐 설문 결과", "휴양림 예약 열리자마자 마감", "해변 야시장 다시 문 연다"]),
        Topic(
            name: "버스 노선 개편", sides: ("새 노선", "옛 노선"), things: ["시내버스", "환승 정류장", "심야버스", "배차 간격"],
            places: ["시청 앞 정류장", "터미널", "아파트 단지 입구"],
            headlines: ["시내버스 노선 십 년 만에 바뀐다", "심야버스 두 개 노선 시범 운행", "정류장 이름 쉬운 말로 고친다"]),
        Topic(
            name: "도서관 운영 시간", sides: ("종이책", "전자책"), things: ["열람실", "어린이 책방", "독서 모임", "무인 반납함"],
            places: ["구립 도서관", "작은 도서관", "주민센터"],
            headlines: ["도서관 밤 열 시까지 문 연다", "전자책 대출 종이책 넘어설까", "무인 반납함 지하철역에 놓인다"]),
        Topic(
            name: "자전거 도로", sides: ("자전거 도로", "넓은 인도"), things: ["공유 자전거", "보행로", "자전거 거치대", "횡단보도"],
            places: ["하천 산책로", "역 앞 사거리", "다리 아래"],
            headlines: ["하천 따라 자전거 도로 이어진다", "공유 자전거 거치대 두 배로", "보행로와 자전거길 나누는 공사 시작"]),
        Topic(
            name: "가상 리그 야구", sides: ("두루미즈", "고래즈"), things: ["치어리더 응원", "선발 투수", "외야석", "응원 수건"],
            places: ["야구장", "원정 응원석", "동네 치킨집"],
            headlines: ["두루미즈와 고래즈 개막전 매진", "외야석 확대 공사 마무리", "연장 끝에 비긴 라이벌전"]),
        Topic(
            name: "반려동물", sides: ("고양이", "강아지"), things: ["반려동물 놀이터", "산책 줄", "간식 가게", "입양 행사"],
            places: ["동네 공원", "동물병원", "강변 놀이터"],
            headlines: ["공원에 반려동물 놀이터 생긴다", "고양이와 강아지, 함께 사는 집 늘어", "주말 입양 행사 열린다"]),
        Topic(
            name: "학교 급식", sides: ("초코 우유", "흰 우유"), things: ["급식 신메뉴", "채식 식단", "떡볶이 반찬", "잔반 저울"],
            places: ["초등학교 급식실", "중학교 식당", "교문 앞 분식집"],
            headlines: ["급식 우유 고르게 하자 벌어진 일", "학생이 짠 식단 인기", "잔반 저울 놓자 음식이 덜 남았다"]),
        Topic(
            name: "지역 축제", sides: ("꽃축제", "불꽃축제"), things: ["푸드트럭", "임시 주차장", "야간 조명", "축제 기념품"],
            places: ["강변 공원", "축제장 입구", "둔치 주차장"],
            headlines: ["봄 축제 일정 나왔다", "푸드트럭 가격표 미리 공개", "강변 공원 야간 조명 켠다"]),
        Topic(
            name: "라면 끓이는 순서", sides: ("면 먼저", "스프 먼저"), things: ["라면 한 봉지", "양은 냄비", "달걀 반숙", "김치 한 접시"],
            places: ["분식집", "자취방 부엌", "휴게소"],
            headlines: ["면이 먼저냐 스프가 먼저냐", "휴게소 라면 맛의 비밀", "달걀은 언제 넣어야 하나"]),
        Topic(
            name: "무인 주문기", sides: ("무인 주문기", "직원 주문"), things: ["주문 화면", "큰 글씨 메뉴", "진동벨", "포장 할인"],
            places: ["햄버거 가게", "영화관 매점", "기차역 식당"],
            headlines: ["무인 주문기에 큰 글씨 단추 생긴다", "직원에게 주문하는 창구 다시 열어", "주문 화면 단순해진다"]),
        Topic(
            name: "근무 방식", sides: ("재택근무", "사무실 출근"), things: ["화상 회의", "출근 버스", "자율 좌석", "점심시간 한 시간"],
            places: ["회사 로비", "공유 사무실", "집 앞 카페"],
            headlines: ["주 이틀 재택 시범 운영", "화상 회의 짧아졌다", "자율 좌석 일 년 써 보니"]),
        Topic(
            name: "겨울 간식", sides: ("팥 붕어빵", "슈크림 붕어빵"), things: ["붕어빵", "군고구마", "호떡 반죽", "어묵 국물"],
            places: ["지하철역 출구", "전통시장", "골목 포장마차"],
            headlines: ["붕어빵 지도 다시 나왔다", "팥이냐 슈크림이냐 겨울 줄서기", "군고구마 가격 그대로"]),
    ]

    /// Names of outlets that do not exist, each with its number in the column `oid`.
    package static let outlets = [("합성일보", "901"), ("모의신문", "902"), ("가상뉴스", "903"), ("예시저널", "904")]
}
