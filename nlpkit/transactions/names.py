"""What the name of a column says about it, in many languages: an order, a person, an item, a date, a quantity.

Names are split into words, so that `product_name` and `username` have nothing in common; in Chinese, Japanese and
Korean, whose words have no spaces between them, parts of the name are looked up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache

__all__ = ["Role", "are_places", "first_place", "is_numbered", "is_total", "names_items", "role_of", "words_of"]


class Role(Enum):
    """What a column holds, by its name."""

    ORDER = "the number of an order, a receipt, a session"
    PERSON = "a customer, a member, a user"
    ITEM = "a product, a film, a page"
    NAME = "a name, of whatever"
    DATE = "a date or time"
    QUANTITY = "how many"
    PRICE = "money"
    CATEGORY = "a group of items"
    PLACE = "a shop, a country"
    LINE = "the number of a row"
    OTHER = "something about an order, a person or an item"
    NONE = "nothing that is known"


_WORDS = {
    Role.DATE: (
        "date time datetime timestamp ts day month year week weekday hour created updated daypart datum zeit uhrzeit "
        "zeitstempel tag jour heure fecha hora dia día dato дата время час день dt tarih tarihi ngày tijd tijdstip "
        "tijdstempel tanggal التاريخ تاريخ"
    ),
    Role.QUANTITY: (
        "qty quantity quantities units pieces pcs volume menge anzahl stück stückzahl qté qte quantité quantite "
        "cantidad unidades quantidade qtd qtde количество кол кол-во штук aantal quantità adet miktar ilość lượng "
        "antal stuks hoeveelheid množství počet jumlah кількість الكمية كمية"
    ),
    Role.PRICE: (
        "price amount total subtotal cost revenue sales discount tax value paid profit preis einzelpreis gesamtpreis "
        "stückpreis betrag umsatz summe prix montant pu puht remise precio importe monto coste preço preco valor "
        "desconto цена сумма стоимость выручка prezzo importo prijs fiyat fiyatı tutar cena kwota wartość giá tiền "
        "pris bedrag totaal harga ціна السعر سعر المبلغ"
    ),
    Role.CATEGORY: (
        "category categories department dept type types class group brand family segment kategorie warengruppe "
        "abteilung gruppe marke typ catégorie categorie rayon marque categoría categoria tipo departamento marca "
        "seção категория отдел тип группа бренд aisle subcategory"
    ),
    Role.ORDER: (
        "order orders transaction transactions trans transactionid transid txn tx tid invoice invoices receipt "
        "receipts basket baskets ticket tickets bill cart session sessions visit visits voucher checkout encounter "
        "admission playlist recipe document doc booking reservation trip bestellung bestellnummer bestellnr bestell "
        "hadm stay episode case cases fall fallnr verkaufsbeleg einkaufsbeleg lieferschein kundenauftrag auftrag "
        "auftragsnummer auftragsnr rechnung rechnungsnummer rechnungsnr beleg belegnummer belegnr bon bonnr bonnummer "
        "kassenbon warenkorb vorgang einkauf commande commandes facture factures panier paniers reçu recu pedido "
        "pedidos factura facturas recibo boleta venta ventas compra albarán carrito nota fiscal cupom venda vendas "
        "заказ заказа заказы чек чека чеки накладная накладной транзакция транзакции счёт счет корзина ordine "
        "scontrino fattura bestelling bestel bestelnummer bestelbon kassabon "
        "factuur zamówienie sipariş fiş đơn zamówienia paragon paragonu fatura faktura "
        "faktury kvitto účtenka doklad pesanan документ فاتورة الفاتورة طلب الطلب"
    ),
    Role.PERSON: (
        "customer customers client clients member members user users username userid buyer shopper person people "
        "patient patients student students respondent subject visitor email mail account employee participant reader "
        "viewer kunde kunden kundennummer kundennr kundenname käufer mitglied benutzer nutzer patientin cliente "
        "clientes acheteur membre utilisateur comprador socio usuario usuário клиент клиента покупатель пользователь "
        "klant klanten lid leden adhérent adhérents adherent adherents abonné abonnés "
        "sociétaire asiakas medlem kortnummer "
        "müşteri klient klienta khách kund zákazník pelanggan контрагент клієнт العميل عميل"
    ),
    Role.ITEM: (
        "item items product products article articles sku skus stock stockcode goods good description title movie "
        "movies film films song track page pages url word term tag tags hashtag hashtags ingredient ingredients drug "
        "drugs medication medicine course courses book books genre genres purchased bought food dish menu upc ean "
        "gtin lineitem asin merchandise artikel artikelname artikelbezeichnung artikelnummer artikelnr produkt "
        "produkte produktname ware waren warenbezeichnung bezeichnung artikelbeschreibung beschreibung zutat zutaten "
        "buch produit produits désignation designation libellé libelle producto productos artículo articulo artículos "
        "articulos descripción descripcion produto produtos descrição descricao mercadoria artigo товар товара товары "
        "наименование продукт продукты номенклатура артикул prodotto articolo produkter ürün vare varer varor symptom "
        "symptoms diagnosis diagnoses skill skills symbol gene event events action actions keyword keywords diagnose "
        "diagnosen icd icd9 icd10 procedure procedures towar towaru towary produktu phẩm omschrijving zboží vara "
        "produk barang المنتج منتج الصنف صنف"
    ),
    Role.NAME: (
        "name names label text nom nombre nome имя название naam bezeichner nazwa ad adı tên nama namn název اسم"
    ),
    Role.PLACE: (
        "store stores shop branch country city region state location warehouse terminal register till filiale laden "
        "land stadt ort kasse magasin pays ville tienda país pais ciudad sucursal loja cidade filial магазин город "
        "страна регион негоцио mağaza şube sklep toko butik الفرع فرع"
    ),
    Role.LINE: (
        "line lines row rows rownum index idx seq sequence position pos unnamed lfd lfdnr zeile ligne línea fila "
        "linha regel riga строка п/п # № serial sno stt lp sıra"
    ),
    Role.OTHER: (
        "status state payment method channel rating score reordered note notes comment comments gender sex age "
        "address phone currency dose unit zahlung zahlungsart einheit geschlecht alter cashier kassierer bemerkung "
        "anmerkung estado pago statut paiement статус оплата пол возраст sexe âge sexo edad idade flag stato durum"
    ),
}
_NUMBERING = frozenset(
    [
        "id",
        "ids",
        "key",
        "no",
        "nr",
        "num",
        "number",
        "code",
        "n°",
        "nº",
        "n",
        "numéro",
        "numero",
        "número",
        "nummer",
        "номер",
        "kod",
        "код",
        "ident",
        "identifier",
    ]
)
_GENERAL = frozenset(
    ["item", "items", "product", "products", "article", "articles", "artikel", "produkte", "produits", "productos"]
)
_COUNTING = frozenset(["count", "counts", "num", "number", "anzahl", "nombre"])
_KNOWN: dict[str, Role] = {}
for _role, _names in _WORDS.items():
    for _name in _names.split():
        _KNOWN.setdefault(_name, _role)
#: What may be joined to a known word without a mark between them: orderid, itemdescription, bestelldatum.
_ENDS = [
    "description",
    "identifier",
    "number",
    "status",
    "datetime",
    "timestamp",
    "nummer",
    "datum",
    "name",
    "names",
    "date",
    "time",
    "code",
    "preis",
    "price",
    "qty",
    "num",
    "key",
    "ids",
    "id",
    "no",
    "nr",
    "menge",
    "bezeichnung",
    "quantity",
    "amount",
]

#: Parts of Chinese, Japanese and Korean names, in the order in which they are looked for.
_PARTS = (
    (
        Role.OTHER,
        "状态 狀態 상태 ステータス",
    ),
    (
        Role.DATE,
        "日期 时间 時間 日付 日時 年月日 日期时间 일자 날짜 일시 시간 年月",
    ),
    (
        Role.QUANTITY,
        "数量 數量 件数 件數 個数 点数 数目 수량 개수",
    ),
    (
        Role.PRICE,
        "单价 單價 単価 价格 價格 価格 金额 金額 总价 總價 小计 小計 合计 合計 售价 折扣 税 단가 가격 금액 매출",
    ),
    (
        Role.CATEGORY,
        "类别 類別 分类 分類 品类 品類 类型 類型 类目 部門 部门 カテゴリ 카테고리 분류 品牌 ブランド 브랜드",
    ),
    (
        Role.ITEM,
        "商品 存货 存貨 物料 产品 產品 货品 貨品 品名 物品 菜品 菜名 品項 品目 品番 品项 製品 货号 药品 藥品 课程 "
        "诊断 診斷 診断 疾病 傷病名 "
        "电影 电影名 书名 标题 標題 食材 标签 상품 제품 품목 품명 메뉴 アイテム メニュー 商品名",
    ),
    (
        Role.ORDER,
        "订单 訂單 单号 單號 单据 單據 小票 流水 交易 发票 發票 购物篮 購物籃 购物车 会话 账单 帳單 "
        "住院号 就诊号 病案号 "
        "结账 注文 伝票 レシート 取引 受注 オーダー 会計 주문 거래 영수증 전표 장바구니",
    ),
    (
        Role.PERSON,
        "客户 客戶 往来单位 顾客 顧客 用户 用戶 会员 會員 会員 买家 買家 患者 病人 学生 學生 姓名 回答者 "
        "受访者 고객 회원 사용자 환자 이름 구매자 邮箱",
    ),
    (
        Role.PLACE,
        "门店 門店 店铺 店鋪 店舗 門市 店名 城市 地区 地區 国家 省份 매장 지점 지역 도시 仓库",
    ),
    (
        Role.OTHER,
        "支付 付款 备注 備註 性别 性別 年龄 年齡 年代 결제 성별 연령 收银员",
    ),
    (
        Role.NAME,
        "名称 名稱 名前 名字 이름",
    ),
    (
        Role.LINE,
        "序号 序號 行号 行號 行番号 项次 編號 编号 連番 순번 번호",
    ),
)
_TOTALS = (
    "合计,合計,总计,總計,総計,小计,小計,합계,총합계,total,totals,grand total,total general,total général,summe,gesamt,"
    "gesamtsumme,gesamtergebnis,totale,totale complessivo,totaal,eindtotaal,suma,razem,toplam,genel toplam,summa,tổng,"
    "tổng cộng,المجموع,الإجمالي,итого,общий итог"
)
_PLACE = re.compile(r"(.*?)[\s_.#-]*\(?\[?(\d+)\]?\)?")


def words_of(name: str) -> list[str]:
    """Returns the words of a name in lower case: itemDescription -> item, description."""
    name = unicodedata.normalize("NFKC", name)
    name = re.sub(r"(?<=[a-zß-ÿа-я0-9])(?=[A-ZÀ-ÞА-Я])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zß-ÿ])", " ", name)
    words = [word for word in re.split(r"[^\w°º№#/]+|_|(?<=\w\w)/|/(?=\w\w)", name.lower()) if word]
    out: list[str] = []
    for word in words:
        out += _split(word)
    return out


def _split(word: str) -> list[str]:
    if word not in _KNOWN and word not in _NUMBERING:
        for end in _ENDS:
            rest = word.removesuffix(end)
            if rest != word and (rest in _KNOWN or rest.removesuffix("s") in _KNOWN):
                return [rest, end]
    return [word]


@lru_cache(4096)
def role_of(name: str) -> Role:
    """Returns what a column holds, by its name."""
    name = name.strip()
    compact = name.replace(" ", "")
    if re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]", compact):
        return next((role for role, parts in _PARTS if any(part in compact for part in parts.split())), Role.NONE)
    words = words_of(name)
    roles = {_KNOWN.get(word, Role.NONE) for word in words} - {Role.NONE}
    if Role.ITEM in roles and _COUNTING & set(words):
        return Role.QUANTITY
    for role in _ORDER_OF_ROLES:
        if role in roles:
            return role
    return Role.LINE if words and set(words) <= _NUMBERING else Role.NONE


#: Where the words of a name say several things, the first of these holds: `order date` is a date.
_ORDER_OF_ROLES = (
    Role.DATE, Role.QUANTITY, Role.PRICE, Role.CATEGORY, Role.ITEM, Role.LINE, Role.OTHER, Role.ORDER, Role.PERSON,
    Role.PLACE, Role.NAME,
)  # fmt: skip


def names_items(name: str) -> bool:
    """Returns whether a name is made of words for items, and does not only have one in it: `Items bought`, but not
    `dish cleaner`; 商品列表, but not 一件商品的茶."""
    if role_of(name) is not Role.ITEM:
        return False
    compact = name.replace(" ", "")
    parts = next(parts for role, parts in _PARTS if role is Role.ITEM).split()
    if any(part in compact for part in parts):
        return any(compact.startswith(part) or compact.endswith(part) for part in parts)
    words = words_of(name)
    return not _GENERAL.isdisjoint(words) or all(word in _KNOWN or word in _NUMBERING for word in words)


def is_numbered(name: str) -> bool:
    """Returns whether a name says that the column holds numbers or codes: product_id, 商品编号."""
    return bool(_NUMBERING & set(words_of(name))) or bool(
        re.search("编号|編號|代码|代碼|番号|코드|번호|货号|sku|ean|upc", name.lower())
    )


def is_total(name: str) -> bool:
    """Returns whether the name of a row or a column says that it sums up the others."""
    return name.lower().rstrip(":： ") in _TOTALS.split(",")


def are_places(names: Sequence[str]) -> bool:
    """Returns whether names differ only in a number that rises by one: Item 1, Item 2, ...; or 0, 1, 2."""
    return first_place(names) == 0


def first_place(names: Sequence[str]) -> int | None:
    """Returns from which name on all differ only in a number that rises by one from 0 or 1, None if that is not so of
    the last two."""
    start = stem = number = None
    for place in range(len(names) - 1, -1, -1):
        match = _PLACE.fullmatch(names[place].strip())
        if match is None or (number is not None and (match[1].lower(), int(match[2])) != (stem, number - 1)):
            break
        stem, number = match[1].lower(), int(match[2])
        if number in (0, 1) and place < len(names) - 1:
            start = place
    return start
